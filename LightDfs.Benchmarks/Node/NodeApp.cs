using LightDfs.Benchmarks.Processes;
using System.Globalization;

namespace LightDfs.Benchmarks.Node;

/// <summary>One machine of a cluster, with as little of an app around it as there can be. Everything comes from configuration, as in samples/FileServer.</summary>
internal static class NodeApp
{
    /// <summary>Where a machine is told to give away what it holds, and to take no more.</summary>
    public const string Drain = "/drain";

    public static async Task RunAsync(string[] arguments)
    {
        // The host watches its content root, and every write below it: the data directory is elsewhere, as README advises.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddLightDfs();
        builder.WebHost.UseSockets(sockets => sockets.MaxReadBufferSize = 256 * 1024);
        var app = builder.Build();

        app.MapLightDfs();
        app.MapLightDfsFiles("/files");
        app.MapGet("/health/ready", (ICluster cluster) => cluster.Status is { IsReady: false } status
            ? Results.Text(status.NotReadyBecause, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("This machine serves files."));
        app.MapGet(Allocated.Path, () => Results.Text(Allocated.Text));
        app.MapGet("/missing", (ICluster cluster) => Results.Text(Missing(cluster.Status).ToString(CultureInfo.InvariantCulture)));
        app.MapGet("/live-owners", (ICluster cluster) => Results.Text(cluster.Status.PartitionsByLiveOwners[^1].ToString(CultureInfo.InvariantCulture)));
        app.MapPost(Drain, (ICluster cluster, CancellationToken cancellationToken) => cluster.ApplyAsync(MembershipChange.Drain(cluster.Status.Self!.Value), cancellationToken));

        app.EndWithParent();
        await app.RunAsync();
    }

    /// <summary>Copies that this machine knows some other machine lacks.</summary>
    private static long Missing(ClusterStatus status) => Math.Max(status.Repair.Missing, status.Machines.Max(machine => machine.Missing ?? 0));
}
