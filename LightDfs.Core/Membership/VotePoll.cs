using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>
/// In a large cluster no machine hears more than half of the others within the time in which what they told is fresh. So where their word is needed, somebody asks them all: who has not reached
/// another machine for the grace time, or is out itself and back. Machines do that one after the other, the next one in the order of ids first: the first that counts enough votes ends it for all.
/// </summary>
internal sealed class VotePoll(TimeSpan? replaceAfter, int replicas, PeerDirectory directory, TimeProvider time)
{
    /// <summary>A poll is spread over so many seconds: all votes of it are fresh at its end.</summary>
    private const int Seconds = 5;

    /// <summary>Lost machines that are tried once more with each step of a poll, so that this machine's own word is fresh too.</summary>
    private const int Tried = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>How long a machine waits for the one before it.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    private readonly Queue<MachineId> _left = new();
    private int _atOnce;
    private long _began;
    private TimeSpan? _pause;

    /// <summary>Whom to ask in this second; nobody as long as there is no reason to. Called once a second.</summary>
    public IReadOnlyList<MachineId> Next(ClusterView view, MachineId own)
    {
        var lost = Lost(view, own);
        if (_left.Count == 0)
        {
            if (lost.Count == 0 && !(view.Map.Entries.TryGetValue(own, out var entry) && entry.Out.Value))
            {
                _pause = null;
                return [];
            }
            if (_pause is { } pause && time.GetElapsedTime(_began) < pause)
            {
                return [];
            }
            _pause = _pause is { } last ? TimeSpan.FromTicks(Math.Min(last.Ticks * 2, LongestPause.Ticks)) : FirstPause;
            Begin(view, own);
        }
        var asked = lost.Take(Tried).ToList();
        for (var count = _atOnce; count > 0 && _left.TryDequeue(out var machine); count--)
        {
            asked.Add(machine);
        }
        return asked;
    }

    private void Begin(ClusterView view, MachineId own)
    {
        _began = time.GetTimestamp();
        foreach (var machine in view.Active)
        {
            if (machine != own && directory.Of(machine).IsUp)
            {
                _left.Enqueue(machine);
            }
        }
        _atOnce = (_left.Count + Seconds - 1) / Seconds;
    }

    /// <summary>Those that this machine has tried in vain for the grace time, and for as much longer as there are machines between that are to ask before it.</summary>
    private List<MachineId> Lost(ClusterView view, MachineId own)
    {
        var lost = new List<MachineId>();
        if (replaceAfter is not { } grace || !view.Active.Contains(own))
        {
            return lost;
        }
        foreach (var machine in view.Active)
        {
            if (machine != own && directory.Of(machine).UnansweredFor is { } tried && tried >= grace
                && view.Map.Entries[machine] is { IsInRing: true } entry && entry.Self.Value.AwayAt(time.GetUtcNow()) is null
                && tried >= grace + (Turn * Between(view, machine, own)))
            {
                lost.Add(machine);
            }
        }
        return lost.Count > 0 && view.Map.Entries.Values.Count(entry => entry.IsInRing) > replicas ? lost : [];
    }

    /// <summary>Machines between two in the order of ids, from the one on, that are up.</summary>
    private int Between(ClusterView view, MachineId one, MachineId other)
    {
        var all = view.Active;
        var between = 0;
        for (var at = (all.AsSpan().BinarySearch(one) + 1) % all.Length; all[at] != other; at = (at + 1) % all.Length)
        {
            between += directory.Of(all[at]).IsUp ? 1 : 0;
        }
        return between;
    }
}
