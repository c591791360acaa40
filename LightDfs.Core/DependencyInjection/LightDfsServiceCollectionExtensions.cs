using LightDfs;
using LightDfs.DependencyInjection;
using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds LightDfs to an app's services.</summary>
public static class LightDfsServiceCollectionExtensions
{
    /// <summary>
    /// Adds LightDfs without a transport; choose one by <c>UseTransport</c>. Afterwards <see cref="IFileStore"/> and <see cref="ICluster"/> can be injected.
    /// Calling it again only adds peers.
    /// </summary>
    /// <param name="services">The services of the host app.</param>
    /// <param name="peers">
    /// Addresses of the machines, this one included or not. The peers are the union of all calls and of configuration (<c>LightDfs:Peers</c>), repeats dropped; none means one machine.
    /// </param>
    /// <returns>A builder for replacing parts.</returns>
    /// <remarks>
    /// The options are bound from configuration section <see cref="LightDfsOptions.SectionName"/>, if the app has an <c>IConfiguration</c>. Code may set them by
    /// <c>services.Configure&lt;LightDfsOptions&gt;(…)</c>; configuration wins over that. They are validated when the host starts.
    /// Every part that is registered already, or replaced by the builder, is kept, whichever comes first.
    /// </remarks>
    /// <exception cref="ArgumentException">A peer is <see langword="null"/>.</exception>
    public static ILightDfsBuilder AddLightDfsCore(this IServiceCollection services, params string[] peers)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(peers);
        if (peers.Contains(null))
        {
            throw new ArgumentException("A peer is null. List addresses, or none for a single machine.", nameof(peers));
        }
        RegistrationOf(services).AddPeers(peers);
        return new LightDfsBuilder(services);
    }

    private static LightDfsRegistration RegistrationOf(IServiceCollection services)
    {
        var known = services.FirstOrDefault(service => service.ServiceType == typeof(LightDfsRegistration));
        if (known?.ImplementationInstance is LightDfsRegistration registration)
        {
            return registration;
        }
        registration = new LightDfsRegistration();
        services.AddSingleton(registration);
        AddOptions(services);
        AddParts(services);
        return registration;
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddOptions<LightDfsOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<LightDfsOptions>, BindLightDfsOptions>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LightDfsOptions>, LightDfsOptionsValidator>());
        services.TryAddSingleton(LightDfsSettings.Create);
    }

    private static void AddParts(IServiceCollection services)
    {
        services.TryAddSingleton<IHashRing>(_ => Defaults.CreateRing());
        services.TryAddSingleton<IMachineIdentityStore>(provider => Defaults.CreateIdentityStore(provider.GetRequiredService<LightDfsSettings>().Options));
        services.TryAddSingleton<IReplicaStore>(provider => Defaults.CreateStore(
            provider.GetRequiredService<LightDfsSettings>().Options, LightDfsMachineFactory.TimeOf(provider), LightDfsMachineFactory.LoggersOf(provider)));
        services.TryAddSingleton<IPeerSource>(provider => new ListedPeerSource(provider.GetRequiredService<LightDfsSettings>().Options));
        services.TryAddSingleton(LightDfsMachineFactory.Create);
        services.TryAddSingleton(provider => provider.GetRequiredService<LightDfsMachine>().Files);
        services.TryAddSingleton(provider => provider.GetRequiredService<LightDfsMachine>().Cluster);
        services.TryAddSingleton(provider => provider.GetRequiredService<LightDfsMachine>().PeerHandler);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LightDfsHostedService>());
    }
}
