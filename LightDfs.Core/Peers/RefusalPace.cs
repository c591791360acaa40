namespace LightDfs.Peers;

/// <summary>
/// Which refusals are logged: of each host one a minute, whatever ports it uses. Anybody can be refused as often as they like, so only so many hosts are told apart. Thread-safe.
/// </summary>
internal sealed class RefusalPace(TimeProvider time)
{
    private const int MostHosts = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.Ordinal);
    private readonly Host _others = new();
    private long? _swept;

    /// <summary>The host of a connection's other end, without its port, which changes with each connection.</summary>
    public static string HostOf(string remote)
    {
        var end = remote.LastIndexOf(':');
        if (end <= 0 || end == remote.Length - 1 || remote.AsSpan(end + 1).ContainsAnyExceptInRange('0', '9'))
        {
            return remote;
        }
        // Without brackets several colons are an address of IPv6 that has no port.
        return remote[0] == '[' && remote[end - 1] == ']' ? remote[1..(end - 1)] : remote.IndexOf(':', StringComparison.Ordinal) == end ? remote[..end] : remote;
    }

    /// <summary>Counts one.</summary>
    /// <returns>How many of this host were not logged since the last that was; <see langword="null"/> when this one is not to be either.</returns>
    public long? Next(string host)
    {
        lock (_lock)
        {
            var known = Of(host);
            if (known.Logged is { } logged && time.GetElapsedTime(logged) < Pause)
            {
                known.Silent++;
                return null;
            }
            var silent = known.Silent;
            (known.Logged, known.Silent) = (time.GetTimestamp(), 0);
            return silent;
        }
    }

    private Host Of(string host)
    {
        if (_hosts.TryGetValue(host, out var known))
        {
            return known;
        }
        if (_hosts.Count >= MostHosts && (_swept is not { } swept || time.GetElapsedTime(swept) >= Pause))
        {
            _swept = time.GetTimestamp();
            foreach (var (quiet, _) in _hosts.Where(pair => pair.Value.Logged is { } logged && time.GetElapsedTime(logged) >= Pause).ToList())
            {
                _hosts.Remove(quiet);
            }
        }
        return _hosts.Count >= MostHosts ? _others : _hosts[host] = new Host();
    }

    private sealed class Host
    {
        public long? Logged { get; set; }

        public long Silent { get; set; }
    }
}
