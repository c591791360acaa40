using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>
/// What this machine does when another one uses its own id: a copy of its data directory, or the original of which it is the copy. Whoever the others know keeps it; where that
/// is both or neither, the lower (start counter, incarnation) stays out.
/// </summary>
internal sealed class Twins(Self self, Problems problems)
{
    /// <summary>One answered.</summary>
    public void AnsweredAt(string address, MachineCard twin, bool counts)
    {
        var own = self.Standing.Counts;
        var yields = own == counts ? self.Run.CompareTo(new Run(twin.Start, twin.Incarnation)) < 0 : counts;
        self.Standing.TwinAt(address, yields ? $"machine '{twin.Machine}' runs at '{address}' already (start {twin.Start}, this is start {self.Run.Start})" : null);
        Report($"answers at '{address}'", yields);
    }

    /// <summary>Nobody answers at an address any more, or somebody else.</summary>
    public void GoneAt(string address) => self.Standing.TwinAt(address, null);

    /// <summary>One asked this machine; where it is reached shows only if it is asked.</summary>
    public void Asked(MachineCard twin) => Report($"(start {twin.Start}) asked it who it is", self.Standing.NotServingBecause is not null);

    private void Report(string how, bool yields) => problems.Report(
        "copy of this machine",
        $"Another machine with this machine's own id '{self.Id}' {how}: one uses a copy of the other's data directory. "
        + (yields ? "This one stays out. Stop it, or give it an empty data directory at an address of its own." : "That one stays out. Stop it, or give it an empty data directory at an address of its own."));
}
