using FileServer;
using LightDfs;

// One machine of a cluster. Everything comes from configuration: --urls, LightDfs:Peers:0 and so on, LightDfs:DataDirectory, LightDfs:ClusterKey.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddLightDfs();

// What the server reads ahead of an upload that waits its turn: by itself 1 MiB of each.
builder.WebHost.UseSockets(sockets => sockets.MaxReadBufferSize = 256 * 1024);

var app = builder.Build();

app.MapLightDfs();

// Whoever reaches this server may list and delete: add .RequireAuthorization(...) before anybody but you does.
app.MapLightDfsFiles("/files", options =>
{
    options.AllowList = true;
    options.AllowDelete = true;
});

app.MapGet("/health/live", () => "This process runs.");
app.MapGet("/health/ready", (ICluster cluster) => cluster.Status is { IsReady: false } status
    ? Results.Text(status.NotReadyBecause, statusCode: StatusCodes.Status503ServiceUnavailable)
    : Results.Text("This machine serves files."));
app.MapGet("/status", (ICluster cluster) => Results.Json(StatusDocument.Of(cluster.Status), StatusJsonContext.Default.StatusDocument));
app.MapGet("/explain/{id}", async (string id, ICluster cluster, CancellationToken cancellationToken) => FileId.TryParse(id, out var file)
    ? Results.Json(ExplanationDocument.Of(await cluster.ExplainAsync(file, cancellationToken: cancellationToken)), StatusJsonContext.Default.ExplanationDocument)
    : Results.Text("That is no file id.", statusCode: StatusCodes.Status400BadRequest));

app.Run();
