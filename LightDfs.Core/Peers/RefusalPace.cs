namespace LightDfs.Peers;

/// <summary>
/// Which refusals are logged: of each host one a minute for each reason, whatever ports it uses. Anybody can be refused as often as they like, so only so many are told apart. Thread-safe.
/// </summary>
internal sealed class RefusalPace(TimeProvider time)
{
    private const int Most = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Host, string Reason), Refused> _known = [];
    private readonly Refused _others = new();
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
    /// <returns>How many of these were not logged since the last that was; <see langword="null"/> when this one is not to be either.</returns>
    public long? Next(string host, string reason)
    {
        lock (_lock)
        {
            var known = Of((host, reason));
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

    private Refused Of((string Host, string Reason) refusal)
    {
        if (_known.TryGetValue(refusal, out var known))
        {
            return known;
        }
        if (_known.Count >= Most && (_swept is not { } swept || time.GetElapsedTime(swept) >= Pause))
        {
            _swept = time.GetTimestamp();
            foreach (var (quiet, _) in _known.Where(pair => pair.Value.Logged is { } logged && time.GetElapsedTime(logged) >= Pause).ToList())
            {
                _known.Remove(quiet);
            }
        }
        return _known.Count >= Most ? _others : _known[refusal] = new Refused();
    }

    private sealed class Refused
    {
        public long? Logged { get; set; }

        public long Silent { get; set; }
    }
}
