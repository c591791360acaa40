using LightDfs.DependencyInjection;
using LightDfs.Transport.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Settings of the HTTP transport.</summary>
public static class LightDfsHttpBuilderExtensions
{
    /// <summary>
    /// Changes the handler that connects to peers, before its first use: certificates, connect time-out, a proxy. Called once per container; several changes are made in order.
    /// Redirects, cookies and decompression must stay off.
    /// </summary>
    public static ILightDfsBuilder ConfigurePeerHandler(this ILightDfsBuilder builder, Action<SocketsHttpHandler> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(new PeerHandlerConfiguration(configure));
        return builder;
    }
}
