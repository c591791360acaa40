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
    public ImmutableArray<string> Announced
    {
        get
        {
            var told = Fit(Known);
            return advertised is null ? [.. told] : [advertised, .. told.Where(address => address != advertised)];
        }
    }

    /// <summary>
    /// Those of some addresses of this machine that others may be told. Loopback means this host to whoever asks, so it is told only where all machines are on one host; and where
    /// all listed addresses are protected, none is told that is not: nobody is to leave TLS for it.
    /// </summary>
    public IEnumerable<string> Fit(IEnumerable<string> addresses)
    {
        var isOneHost = listed.All.IsEmpty ? transport.ListeningAt.All(transport.IsLoopback) : listed.AreAll(transport.IsLoopback);
        var isProtected = listed.AreAll(transport.IsProtected);
        return addresses.Where(address => address == advertised || ((isOneHost || !transport.IsLoopback(address)) && (!isProtected || transport.IsProtected(address))));
    }

    private IEnumerable<string> Listening => Fit(transport.ListeningAt);

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
