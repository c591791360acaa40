using LightDfs.Peers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LightDfs.DependencyInjection;

/// <summary>The validated options as the machine uses them: peers normalised and distinct, the data directory absolute.</summary>
internal sealed record LightDfsSettings(LightDfsOptions Options)
{
    public static LightDfsSettings Create(IServiceProvider services) => new(Resolve(
        services.GetRequiredService<IOptions<LightDfsOptions>>().Value,
        services.GetRequiredService<IPeerTransport>(),
        services.GetService<IHostEnvironment>()?.ContentRootPath ?? AppContext.BaseDirectory));

    public static LightDfsOptions Resolve(LightDfsOptions options, IPeerTransport transport, string contentRoot)
    {
        var resolved = new LightDfsOptions
        {
            DataDirectory = Path.GetFullPath(options.DataDirectory, Path.GetFullPath(contentRoot)),
            ClusterName = options.ClusterName,
            ClusterKey = options.ClusterKey,
            PreviousClusterKey = options.PreviousClusterKey,
            AdvertisedAddress = options.AdvertisedAddress is { } advertised ? transport.Normalize(advertised) : null,
            AllowUnlistedMachines = options.AllowUnlistedMachines,
            Zone = options.Zone,
            Weight = options.Weight,
            Replicas = options.Replicas,
            SegmentSize = options.SegmentSize,
            TransferMemory = options.TransferMemory,
            Reserve = options.Reserve,
            StartTimeout = options.StartTimeout,
            ReplaceAfter = options.ReplaceAfter,
            AbandonedAfter = options.AbandonedAfter,
            TombstoneRetention = options.TombstoneRetention,
            ScrubPeriod = options.ScrubPeriod,
        };
        foreach (var peer in options.Peers.Select(transport.Normalize).Distinct(StringComparer.Ordinal))
        {
            resolved.Peers.Add(peer);
        }
        return resolved;
    }
}
