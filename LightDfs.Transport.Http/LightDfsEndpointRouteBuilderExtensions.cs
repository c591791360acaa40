using LightDfs.Peers;
using LightDfs.Transport.Http;
using LightDfs.Transport.Http.Multiplexing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoint at which this machine hears its peers.</summary>
public static class LightDfsEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the one endpoint, <c>/_lightdfs</c>, at which other machines reach this one. It is anonymous (the signature is the proof) and free of the app's rate limits,
    /// time-outs, caches and size limit. Requests come by <c>POST</c>; a <c>GET</c> that asks for it becomes a connection for many. Call it once.
    /// </summary>
    /// <exception cref="InvalidOperationException"><c>AddLightDfs</c> was not called.</exception>
    public static IEndpointConventionBuilder MapLightDfs(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        // Asked for, not resolved: resolving would build the machine, and report its options, before the host starts.
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(IPeerHandler)) == false)
        {
            throw new InvalidOperationException("LightDfs is not registered. Call builder.Services.AddLightDfs(…) before the app is built.");
        }
        var services = endpoints.ServiceProvider;
        var loggers = services.GetRequiredService<ILoggerFactory>();
        var single = new HttpPeerEndpoint(loggers.CreateLogger<HttpPeerEndpoint>());
        var multiplexed = new UpgradeEndpoint(
            loggers.CreateLogger<IncomingConnection>(), services.GetService<TimeProvider>() ?? TimeProvider.System, services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default);
        services.GetService<PeerEndpointMark>()?.IsMapped = true;
        // One endpoint, so that what the app says of it, such as a name, is said once.
        return endpoints.MapMethods(HttpPeerTransport.Path, [HttpMethods.Post, HttpMethods.Get], (RequestDelegate)HandleAsync).WithMetadata(EndpointMetadata.All).WithDisplayName("LightDfs peers");

        Task HandleAsync(HttpContext context) => HttpMethods.IsGet(context.Request.Method) ? multiplexed.HandleAsync(context) : single.HandleAsync(context);
    }
}
