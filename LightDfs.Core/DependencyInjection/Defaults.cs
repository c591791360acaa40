using LightDfs.Identity;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.DependencyInjection;

/// <summary>The parts a machine has unless the host app chose others.</summary>
internal static class Defaults
{
    public static IHashRing CreateRing() => new RendezvousHashRing();

    public static IMachineIdentityStore CreateIdentityStore(LightDfsOptions options) =>
        new FileMachineIdentityStore(options.DataDirectory);

    public static IReplicaStore CreateStore(LightDfsOptions options, TimeProvider time, ILoggerFactory loggers) =>
        new FileReplicaStore(options.DataDirectory, options.Reserve, time, loggers.CreateLogger<FileReplicaStore>());
}
