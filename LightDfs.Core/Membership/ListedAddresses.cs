using System.Collections.Immutable;

namespace LightDfs.Membership;

/// <summary>The addresses that this machine's list names, normalised and in order, as the peer source last told them. Thread-safe.</summary>
internal sealed class ListedAddresses
{
    private readonly Lock _lock = new();
    private ImmutableArray<string> _all = [];

    public ImmutableArray<string> All
    {
        get
        {
            lock (_lock)
            {
                return _all;
            }
        }
        set
        {
            lock (_lock)
            {
                _all = value;
            }
        }
    }

    public bool Contains(string address) => All.Contains(address);
}
