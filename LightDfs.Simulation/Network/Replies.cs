using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Network;

/// <summary>Who had when a reply from whom.</summary>
internal sealed class Replies(World world)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);
    private readonly Dictionary<(SimMachine To, MachineId From), Heard> _known = [];

    public void Arrived(SimMachine to, MachineId from)
    {
        var now = world.Time.Elapsed;
        var known = _known.GetValueOrDefault((to, from));
        _known[(to, from)] = now - known.Last >= Long ? new(now, now - known.Last, now) : known with { Last = now };
    }

    /// <summary>The longest time without a reply that goes on, or ended so short a time ago.</summary>
    public TimeSpan LongestSilence(SimMachine to, MachineId from, TimeSpan endedWithin)
    {
        var known = _known.GetValueOrDefault((to, from));
        var now = world.Time.Elapsed;
        return now - known.SilenceEnd <= endedWithin && known.Silence > now - known.Last ? known.Silence : now - known.Last;
    }

    private readonly record struct Heard(TimeSpan Last, TimeSpan Silence, TimeSpan SilenceEnd);
}
