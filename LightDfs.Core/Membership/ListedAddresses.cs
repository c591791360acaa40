using System.Collections.Immutable;

namespace LightDfs.Membership;

/// <summary>The addresses that this machine's list names, normalised and in order, as the peer source last told them. Thread-safe.</summary>
internal sealed class ListedAddresses
{
    private readonly Lock _lock = new();
    private ImmutableArray<string> _all = [];
    private bool _isKnown;

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
                (_all, _isKnown) = (value, true);
            }
        }
    }

    /// <summary>True once the peer source has told them.</summary>
    public bool IsKnown
    {
        get
        {
            lock (_lock)
            {
                return _isKnown;
            }
        }
    }

    /// <summary>True when there are some, and this holds for each.</summary>
    public bool AreAll(Func<string, bool> holds) => All is { IsEmpty: false } all && all.All(holds);

    public bool Contains(string address) => All.Contains(address);
}
