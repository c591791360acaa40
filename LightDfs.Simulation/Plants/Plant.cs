using LightDfs.Peers;
using LightDfs.Simulation.Machines;
using LightDfs.Storage;
using LightDfs.Storage.Disks;

namespace LightDfs.Simulation.Plants;

/// <summary>A deliberate bug, put between the real parts. The simulation must find each: that is what its "passed" is worth.</summary>
internal class Plant(string name)
{
    public static Plant None { get; } = new("");

    public static IReadOnlyList<Plant> All { get; } = [new AcknowledgeBeforeFlush(), new FlushErrorSwallowed()];

    public string Name { get; } = name;

    public virtual IDisk OfDisk(IDisk disk, World world) => disk;

    public virtual IReplicaStore OfStore(IReplicaStore store, SimMachine machine, World world) => store;

    public virtual IPeerTransport OfTransport(IPeerTransport transport, SimMachine machine, World world) => transport;
}
