using LightDfs.Chance;
using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.DependencyInjection;

/// <summary>Puts this host app's machine together from what is registered.</summary>
internal static class LightDfsMachineFactory
{
    public static LightDfsMachine Create(IServiceProvider services) => new(new LightDfsMachineParts(
        services.GetRequiredService<LightDfsSettings>().Options,
        services.GetRequiredService<IReplicaStore>(),
        services.GetRequiredService<IMachineIdentityStore>(),
        services.GetRequiredService<IHashRing>(),
        services.GetRequiredService<IPeerTransport>(),
        services.GetRequiredService<IPeerSource>(),
        TimeOf(services),
        services.GetService<RandomSource>() ?? RandomSource.Strong,
        LoggersOf(services)));

#pragma warning disable RS0030 // The one home of the real time: a host app without a TimeProvider of its own lives in it.
    public static TimeProvider TimeOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;
#pragma warning restore RS0030

    public static ILoggerFactory LoggersOf(IServiceProvider services) => services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
}
