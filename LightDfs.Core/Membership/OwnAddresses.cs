using System.Collections.Immutable;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>
/// Where this machine is reached: as configured, as peers reached it and as it recognised itself, and as its server listens. Thread-safe.
/// </summary>
internal sealed class OwnAddresses(string? advertised, IPeerTransport transport, ListedAddresses listed)
{
    private readonly Lock _lock = new();
    private ImmutableArray<string> _reached = [];

    /// <summary>Those at which this run was reached, or listens: nobody else is there.</summary>
    public ImmutableArray<string> Known
    {
        get
        {
            var listening = Listening;
            lock (_lock)
            {
                return [.. _reached.Concat(listening).Distinct(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Those that others are told, the best first.</summary>
    public ImmutableArray<string> Announced =>
        advertised is null ? Known : [advertised, .. Known.Where(address => address != advertised)];

    /// <summary>Loopback means this host to whoever asks, so it is told only where all machines are on one host.</summary>
    private IEnumerable<string> Listening
    {
        get
        {
            var isOneHost = listed.All.All(transport.IsLoopback);
            return transport.ListeningAt.Where(address => isOneHost || !transport.IsLoopback(address));
        }
    }

    public void ReachedAt(string address)
    {
        lock (_lock)
        {
            _reached = _reached.Contains(address) ? _reached : _reached.Length < MachineSelf.MaxAddresses ? _reached.Add(address) : _reached.RemoveAt(0).Add(address);
        }
    }

    /// <summary>Somebody else answers there.</summary>
    public void LostAt(string address)
    {
        lock (_lock)
        {
            _reached = _reached.Remove(address);
        }
    }
}
