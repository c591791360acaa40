using LightDfs.Peers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LightDfs.Transport.Http;

/// <summary>Warns, once the host has started, when peers are listed and the endpoint is not mapped at which they reach this machine.</summary>
internal sealed partial class PeerEndpointCheck(IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!services.GetRequiredService<PeerEndpointMark>().IsMapped && services.GetService<IPeerTransport>() is HttpPeerTransport
            && services.GetRequiredService<IOptions<LightDfsOptions>>().Value.Peers.Count > 0 && services.GetService<ILoggerFactory>() is { } loggers)
        {
            Log.EndpointNotMapped(loggers.CreateLogger<PeerEndpointCheck>(), HttpPeerTransport.Path);
        }
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
