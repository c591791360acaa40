using LightDfs.Simulation.Machines;
using LightDfs.Storage.Volumes;

namespace LightDfs.Simulation.Checks;

/// <summary>
/// What must hold whenever a volume goes: of each id of which it has an entry, no older one may count again by that. Older ones may be in another volume, or in one that went before, and that a
/// power failure would bring back.
/// </summary>
internal sealed class VolumeChecks(World world)
{
    private readonly Dictionary<(SimMachine Machine, string Path), IReadOnlyCollection<PackedEntry>> _gone = [];

    /// <summary>A file is about to go.</summary>
    public void Deleting(SimMachine machine, MachineRun run, string path)
    {
        if (run.IsOver || PackedView.EntriesOf(machine.Disk, path) is not { } going)
        {
            return;
        }
        foreach (var (key, _) in _gone.Where(gone => gone.Key.Machine == machine && (machine.Disk.Peek(gone.Key.Path) is not null || machine.Disk.IsGone(gone.Key.Path))).ToList())
        {
            _gone.Remove(key);
        }
        var after = _gone.Where(gone => gone.Key.Machine == machine).SelectMany(gone => gone.Value).Select(entry => (Entry: entry, IsThere: false))
            .Concat(PackedView.AllOn(machine.Disk).Where(entry => entry.Path != path).Select(entry => (Entry: entry, IsThere: true)))
            .ToLookup(one => one.Entry.Entry.Id);
        foreach (var entry in going)
        {
            Check(machine, entry, [.. after[entry.Entry.Id]]);
        }
        _gone[(machine, path)] = going;
    }

    private void Check(SimMachine machine, PackedEntry going, IReadOnlyList<(PackedEntry Entry, bool IsThere)> left)
    {
        var (kind, id, sequence) = (going.Entry.Kind, going.Entry.Id, going.Entry.Sequence);
        if (left.Any(one => one.IsThere && one.Entry.Entry.Sequence >= sequence))
        {
            return;
        }
        foreach (var (older, isThere) in left.Where(one => one.Entry.Entry.Sequence < sequence && one.Entry.Entry.Kind != VolumeEntryKind.Removal))
        {
            world.Violate($"{machine} lets go of a {kind.ToString().ToLowerInvariant()} of {id}, and {older.Path} {(isThere ? "has" : "would, after a power failure, have")} an older {older.Entry.Kind.ToString().ToLowerInvariant()}");
        }
    }
}
