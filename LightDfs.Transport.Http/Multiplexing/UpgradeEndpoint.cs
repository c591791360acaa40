using LightDfs.Peers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>Makes a multiplexed connection of an HTTP request that asks for it, and serves it. Servers that cannot, such as <c>TestServer</c>, refuse: then requests come one by one.</summary>
internal sealed class UpgradeEndpoint(ILogger<IncomingConnection> logger, TimeProvider time, CancellationToken stopping)
{
    public async Task HandleAsync(HttpContext context)
    {
        var protocol = Upgrade.Protocol.ToString();
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || !context.Request.Headers.Upgrade.Contains(protocol))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            if (HttpProtocol.IsHttp11(context.Request.Protocol))
            {
                context.Response.Headers.Upgrade = protocol;
            }
            await context.Response.WriteAsync($"Machines of LightDfs talk here: by POST, or after an upgrade to {protocol}.", context.RequestAborted).ConfigureAwait(false);
            return;
        }
        // Nobody reads slowly here but a machine that is gone, and such connections are ended by what they carry.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
        // It lasts for hours, which says nothing of how the app does.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
        {
            metrics.MetricsDisabled = true;
        }
        context.Response.Headers.Upgrade = protocol;
        if (await TryUpgradeAsync(upgrade).ConfigureAwait(false) is not { } stream)
        {
            context.Response.Headers.Remove(HeaderNames.Upgrade);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        await using (stream.ConfigureAwait(false))
        {
            var handler = context.RequestServices.GetRequiredService<IPeerHandler>();
            var connection = new IncomingConnection(stream, context.Abort, handler, PeerConnections.Of(context), time, logger);
            await connection.RunAsync(stopping, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary><see langword="null"/> when the server has as many upgraded connections as the host lets it have.</summary>
    private static async ValueTask<Stream?> TryUpgradeAsync(IHttpUpgradeFeature upgrade)
    {
        try
        {
            return await upgrade.UpgradeAsync().ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
