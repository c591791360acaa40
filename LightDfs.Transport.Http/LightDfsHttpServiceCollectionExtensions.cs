using LightDfs.DependencyInjection;
using LightDfs.Peers;
using LightDfs.Transport.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds LightDfs, with machines that talk HTTP, to an app's services.</summary>
public static class LightDfsHttpServiceCollectionExtensions
{
    /// <summary>
    /// Adds LightDfs; machines talk HTTP over the app's own endpoints. Map theirs by <c>app.MapLightDfs()</c>. Afterwards <see cref="LightDfs.IFileStore"/> and
    /// <see cref="LightDfs.ICluster"/> can be injected. Calling it again only adds peers. A transport that was chosen by <c>UseTransport</c>, before or after, is kept.
    /// </summary>
    /// <param name="services">The services of the host app.</param>
    /// <param name="peers">
    /// Addresses of the machines, such as <c>http://10.0.0.5:5000</c>, this one included or not. The peers are the union of all calls and of configuration
    /// (<c>LightDfs:Peers</c>), repeats dropped; none means one machine.
    /// </param>
    /// <returns>A builder for replacing parts.</returns>
    /// <exception cref="ArgumentException">A peer is <see langword="null"/>.</exception>
    public static ILightDfsBuilder AddLightDfs(this IServiceCollection services, params string[] peers)
    {
        var builder = services.AddLightDfsCore(peers);
        services.TryAddSingleton<IPeerTransport>(provider => new HttpPeerTransport(handler =>
        {
            foreach (var configuration in provider.GetServices<PeerHandlerConfiguration>())
            {
                configuration.Configure(handler);
            }
        }, provider.GetService<TimeProvider>())
        {
            // The server fills them in when it starts.
            Bound = () => provider.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [],
        });
        services.TryAddSingleton<PeerEndpointMark>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PeerEndpointCheck>());
        return builder;
    }
}
