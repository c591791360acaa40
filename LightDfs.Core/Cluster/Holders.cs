using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>The machines of the cluster as places for replicas, in the order that each use prefers.</summary>
internal sealed class Holders(LocalHolder local, PeerClient client, PeerDiscovery discovery, int segmentSize, TimeProvider time)
{
    public LocalHolder Local { get; } = local;

    public IReplicaHolder Of(MachineId machine) => machine == Local.Machine ? Local : new RemoteHolder(client.Directory.Of(machine), client, segmentSize, time);

    /// <summary>Those of the ring, in its order for a file. What comes after the owners is worked out only when it is asked for.</summary>
    public IEnumerable<IReplicaHolder> ForStore(ClusterView view, FileId id)
    {
        var owners = view.OwnersOf(id);
        foreach (var machine in owners)
        {
            yield return Of(machine);
        }
        if (owners.Length < view.Ring.Members.Length)
        {
            foreach (var machine in view.PreferenceOf(id).Skip(owners.Length))
            {
                yield return Of(machine);
            }
        }
    }

    /// <summary>Everybody who may hold a file, this machine first.</summary>
    public IReadOnlyList<IReplicaHolder> ForLookup(ClusterView view, FileId id) => [Local, .. Others(view, id)];

    /// <summary>The other owners of a file that are up and do not shut down: most often one of them has it.</summary>
    public IReadOnlyList<IReplicaHolder> OtherOwnersUp(ClusterView view, FileId id)
    {
        var up = new List<IReplicaHolder>();
        foreach (var machine in view.OwnersOf(id))
        {
            if (machine != Local.Machine && client.Directory.Of(machine) is { IsUp: true, IsLeaving: false })
            {
                up.Add(Of(machine));
            }
        }
        return up;
    }

    /// <summary>Everybody else who may hold a file: those that are up, then those that shut down, then the rest; owners first.</summary>
    public IReadOnlyList<IReplicaHolder> Others(ClusterView view, FileId id)
    {
        var order = view.PreferenceOf(id).Concat(view.Asked).Distinct().Where(machine => machine != Local.Machine).Select(Of).ToList();
        return [.. order.Where(holder => holder.IsUp).OrderBy(IsLeaving), .. order.Where(holder => !holder.IsUp)];

        bool IsLeaving(IReplicaHolder holder) => client.Directory.Of(holder.Machine).IsLeaving;
    }

    public IReadOnlyList<IReplicaHolder> Owners(ClusterView view, FileId id) => [.. view.OwnersOf(id).Select(Of)];

    public IReadOnlyList<IReplicaHolder> Everybody(ClusterView view) => [.. view.Asked.Append(Local.Machine).Distinct().Order().Select(Of)];

    /// <summary>True when every owner of an id is fit for a new file.</summary>
    /// <param name="view">By which membership.</param>
    /// <param name="id">The id that replicas are kept under.</param>
    /// <param name="isHere">True when this machine is to be one of them.</param>
    public bool AreOwnersFit(ClusterView view, FileId id, bool isHere = false)
    {
        var ring = view.Ring;
        var members = ring.Members;
        if (members.IsEmpty)
        {
            return true;
        }
        foreach (var owner in ring.OwnersOf(Ring.Partitions.Of(id)))
        {
            var machine = members[owner].Id;
            if (!TakesFiles(machine))
            {
                return false;
            }
            isHere &= machine != Local.Machine;
        }
        return !isHere;
    }

    /// <summary>False when so few machines are fit for new files that no id can have all its owners among them, as on three with three copies of which one is down.</summary>
    public bool CanOwnersBeFit(ClusterView view)
    {
        var members = view.Ring.Members;
        var wanted = members.IsEmpty ? 0 : view.Ring.OwnersOf(0).Length;
        for (var machine = 0; machine < members.Length && wanted > 0; machine++)
        {
            wanted -= TakesFiles(members[machine].Id) ? 1 : 0;
        }
        return wanted == 0;
    }

    private bool TakesFiles(MachineId machine) => machine == Local.Machine ? Local.TakesFiles : client.Directory.Of(machine).TakesFiles;

    /// <summary>Machines that were never heard of but count as members.</summary>
    public IEnumerable<MachineFailure> Silent(ClusterView view) =>
        view.Silent.Select(address => new MachineFailure(null, address, "it never answered: " + discovery.WhySilent(address)));
}
