using LightDfs.DependencyInjection;

namespace CustomTransport;

/// <summary>Lets an app's machine talk over Unix sockets.</summary>
public static class UnixSocketBuilderExtensions
{
    /// <summary>Peers are talked to over Unix sockets, and this machine listens at <paramref name="listenAt"/>.</summary>
    public static ILightDfsBuilder UseUnixSockets(this ILightDfsBuilder builder, string listenAt)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseTransport<UnixSocketTransport>();
        builder.Services.AddHostedService(services => new UnixSocketListener(listenAt, services.GetRequiredService<IPeerHandler>()));
        return builder;
    }
}
