namespace LightDfs.Membership;

/// <summary>
/// Who answered at each address, to find those where two living machines answer by turns, such as a load balancer's: they reach nobody in particular, and are not used.
/// Thread-safe.
/// </summary>
internal sealed class Sightings(Problems problems, TimeProvider time)
{
    private const int Remembered = 4;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Sighted> _at = new(StringComparer.Ordinal);

    /// <summary>A run of a machine answered at an address. Why it is not used; <see langword="null"/> when it is.</summary>
    public string? Refuse(string address, ulong incarnation)
    {
        lock (_lock)
        {
            if (!_at.TryGetValue(address, out var sighted))
            {
                _at[address] = new Sighted { Now = incarnation };
                return null;
            }
            if (sighted.Now != incarnation)
            {
                // One that answered before another one did has not stopped since: both live.
                if (sighted.Before.Remove(incarnation))
                {
                    sighted.Alternated = time.GetTimestamp();
                }
                sighted.Before.Add(sighted.Now);
                if (sighted.Before.Count > Remembered)
                {
                    sighted.Before.RemoveAt(0);
                }
                sighted.Now = incarnation;
            }
            if (sighted.Alternated is not { } alternated || time.GetElapsedTime(alternated) > ControlTimeouts.Memory)
            {
                sighted.Alternated = null;
                return null;
            }
        }
        problems.Report(
            $"alternating {address}",
            $"Several living machines answer at '{address}' by turns, as behind a load balancer, so the address is not used. List each machine by an address of its own.");
        return "several living machines answer there by turns; list each machine by an address of its own.";
    }

    private sealed class Sighted
    {
        public required ulong Now { get; set; }

        public List<ulong> Before { get; } = [];

        public long? Alternated { get; set; }
    }
}
