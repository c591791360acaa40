using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Limit;

/// <summary>Bare Kestrel that takes and gives bodies and does nothing else: no routing, no logging, no checks beyond what keeps it honest.</summary>
internal static class LimitApp
{
    public const string ReadyPath = "/ready";

    /// <summary>What <see cref="Make"/> makes.</summary>
    public static readonly IReadOnlyList<string> Variants = ["http", "file", "named", "log"];

    private const string Prefix = "/files";

    public static async Task RunAsync(string variant, string[] arguments)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = arguments });
        builder.Configuration.AddCommandLine(arguments);
        builder.WebHost.UseKestrelCore().UseUrls(Required(builder.Configuration, "urls")).ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
        });
        var app = builder.Build();

        var directory = Required(builder.Configuration, "data");
        Directory.CreateDirectory(directory);
        using var store = (IDisposable)Make(variant, directory);
        var served = (ILimitStore)store;
        app.Run(context => ServeAsync(context, served));
        app.EndWithParent();
        await app.RunAsync();
    }

    public static ILimitStore Make(string variant, string directory) => variant switch
    {
        "http" => new MemoryStore(),
        "file" => new FilesStore(directory, flushesNames: false),
        "named" => new FilesStore(directory, flushesNames: true),
        "log" => new LogStore(directory),
        _ => throw new ArgumentException($"'{variant}' is no variant of the limit app. There are http, file, named and log."),
    };

    private static Task ServeAsync(HttpContext context, ILimitStore store)
    {
        var (request, response) = (context.Request, context.Response);
        if (HttpMethods.IsPost(request.Method) && request.ContentLength is { } length)
        {
            return StoreAsync(store, request, response, length);
        }
        if (HttpMethods.IsGet(request.Method) && request.Path.Value is { } path && path.StartsWith(Prefix + "/", StringComparison.Ordinal))
        {
            return store.SendAsync(path[(Prefix.Length + 1)..], response);
        }
        if (request.Path == Allocated.Path)
        {
            return response.WriteAsync(Allocated.Text);
        }
        response.StatusCode = request.Path == ReadyPath ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task StoreAsync(ILimitStore store, HttpRequest request, HttpResponse response, long length)
    {
        var name = await store.StoreAsync(request.BodyReader, length);
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = $"{Prefix}/{name}";
        response.ContentLength = 0;
    }

    private static string Required(ConfigurationManager configuration, string name) =>
        configuration[name] ?? throw new ArgumentException($"The limit app needs --{name}.");
}
