using LightDfs.Ring;
using LightDfs.Simulation.Faults;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Checks;

/// <summary>At rest every file has its copies, verified, on its owners and nowhere else; owners agree; of two versions one is left.</summary>
internal static class PlacementChecks
{
    /// <summary>What collects and expires by itself may have begun something just now: what does not hold is looked at again when that has ended.</summary>
    public static async Task RunAsync(World world)
    {
        if (Find(world).Count > 0)
        {
            await Healing.SettleAsync(world);
            Find(world).ForEach(world.Violate);
        }
    }

    private static List<string> Find(World world)
    {
        var found = new List<string>();
        var ring = world.Machines[0].Run!.Machine.Membership.View.Ring;
        if (world.Machines.FirstOrDefault(machine => machine.Run!.Machine.Membership.View.Ring.Fingerprint != ring.Fingerprint) is { } other)
        {
            found.Add($"{other} has another ring than {world.Machines[0]} at rest");
            return found;
        }
        if (world.Machines.FirstOrDefault(machine => machine.Run!.Machine.Membership.View.Map.Digest != world.Machines[0].Run!.Machine.Membership.View.Map.Digest) is { } differing)
        {
            found.Add($"{differing} has another membership than {world.Machines[0]} at rest");
        }
        var machines = world.Machines.ToDictionary(machine => machine.Run!.Machine.Cluster.Status.Self!.Value);
        foreach (var file in world.Ledger.Files.Where(file => file.IsOwed))
        {
            foreach (var id in file.Replicas)
            {
                var owners = OwnersOf(ring, Partitions.Of(id)).Select(owner => machines[owner]).ToList();
                Holders(world, file, id, owners, found);
            }
        }
        foreach (var partition in world.Machines.SelectMany(machine => machine.Run!.Machine.Parts.Store.ListPartitions()).Select(held => held.Partition).Distinct().Order())
        {
            Digests(partition, OwnersOf(ring, partition).Select(owner => machines[owner]).ToList(), found);
        }
        return found;
    }

    private static void Holders(World world, LedgerFile file, FileId id, List<SimMachine> owners, List<string> found)
    {
        var copies = world.Machines.Select(machine => (Machine: machine, Copy: DiskView.CopyOf(machine.Disk, id))).Where(held => held.Copy is { IsDurable: true }).ToList();
        if (!copies.Select(held => held.Machine).ToHashSet().SetEquals(owners))
        {
            found.Add($"{file}: {id} is on [{string.Join(' ', copies.Select(held => held.Machine))}] at rest, and belongs on [{string.Join(' ', owners)}]");
        }
        if (copies.Select(held => held.Copy!.Version).Distinct().Count() > 1)
        {
            found.Add($"{file}: {id} is there in several versions at rest");
        }
    }

    private static void Digests(int partition, List<SimMachine> owners, List<string> found)
    {
        if (owners.Select(owner => owner.Run!.Machine.Parts.Store.DigestOf(partition)).Distinct().Count() > 1)
        {
            found.Add($"the owners of partition {partition} differ in its digest at rest: {string.Join("; ", owners.Select(owner => $"{owner} has {string.Join(", ", owner.Run!.Machine.Parts.Store.ListPartition(partition))}"))}");
        }
    }

    private static List<MachineId> OwnersOf(IHashRing ring, int partition)
    {
        var owners = new List<MachineId>();
        foreach (var owner in ring.OwnersOf(partition))
        {
            owners.Add(ring.Members[owner].Id);
        }
        return owners;
    }
}
