using LightDfs.Chance;
using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs;

/// <summary>Everything that one machine of the cluster is. A host app has one; a test cluster has many in one process.</summary>
internal sealed partial class LightDfsMachine : IAsyncDisposable
{
    public LightDfsMachine(LightDfsMachineParts parts) => Parts = parts;

    public LightDfsMachineParts Parts { get; }
}

/// <summary>What a machine is made of. It owns, and disposes, the replica store only.</summary>
internal sealed record LightDfsMachineParts(
    LightDfsOptions Options,
    IReplicaStore Store,
    IMachineIdentityStore Identity,
    IHashRing RingPrototype,
    IPeerTransport Transport,
    IPeerSource Peers,
    TimeProvider Time,
    RandomSource Random,
    ILoggerFactory Loggers);
