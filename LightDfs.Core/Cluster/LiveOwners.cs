using LightDfs.Membership;
using LightDfs.Ring;

namespace LightDfs.Cluster;

/// <summary>Counts the partitions by how many of their owners are up; anew only when the ring, or who of it is up, has changed. Thread-safe.</summary>
internal sealed class LiveOwners
{
    private Counted? _last;

    /// <summary>At index k the partitions that have k owners up; the last index is the number of copies.</summary>
    public IReadOnlyList<int> Count(ClusterView view, Func<MachineId, bool> isUp)
    {
        var up = new bool[view.Ring.Members.Length];
        for (var machine = 0; machine < up.Length; machine++)
        {
            up[machine] = isUp(view.Ring.Members[machine].Id);
        }
        if (Volatile.Read(ref _last) is { } last && last.Ring == view.Ring && last.Partitions.Count == view.Copies + 1 && last.Up.AsSpan().SequenceEqual(up))
        {
            return last.Partitions;
        }
        var partitions = Array.AsReadOnly(CountAnew(view.Ring, view.Copies, up));
        Volatile.Write(ref _last, new Counted(view.Ring, up, partitions));
        return partitions;
    }

    private static int[] CountAnew(IHashRing ring, int copies, bool[] up)
    {
        var partitions = new int[copies + 1];
        if (up.Length == 0)
        {
            partitions[0] = Partitions.Count;
            return partitions;
        }
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            var live = 0;
            foreach (var owner in ring.OwnersOf(partition))
            {
                live += up[owner] ? 1 : 0;
            }
            partitions[live]++;
        }
        return partitions;
    }

    private sealed record Counted(IHashRing Ring, bool[] Up, IReadOnlyList<int> Partitions);
}
