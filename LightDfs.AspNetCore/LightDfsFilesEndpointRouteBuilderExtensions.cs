using LightDfs;
using LightDfs.AspNetCore;
using LightDfs.AspNetCore.Descriptions;
using LightDfs.AspNetCore.Files;
using LightDfs.AspNetCore.Problems;
using LightDfs.AspNetCore.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Upload and download for people and browsers.</summary>
public static class LightDfsFilesEndpointRouteBuilderExtensions
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps <c>POST prefix</c> (the request's body, or the one file of its form, becomes a file), <c>PUT prefix/{id}</c> (the same under an id that the client drew, so it can be
    /// repeated), <c>GET</c> and <c>HEAD prefix/{id}</c> (with ranges and conditional requests) and, where allowed, <c>DELETE prefix/{id}</c> and <c>GET prefix</c> (all files, one line
    /// of JSON each). Errors are problem details (RFC 9457). Uploads are streamed, at any size and speed; whoever may upload by POST may by PUT.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="prefix">A route pattern. Default "/files".</param>
    /// <param name="configure">Allows or limits more; <see langword="null"/> for the defaults.</param>
    /// <returns>
    /// All of these endpoints, to add conventions such as <c>RequireAuthorization</c>. Without any they are open to everybody who reaches the app. The app's policies apply to them,
    /// but its output cache does not, unless it is added here: it would keep whole files in memory, and deleted ones alive.
    /// </returns>
    /// <exception cref="InvalidOperationException">No <see cref="IFileStore"/> is registered.</exception>
    /// <exception cref="ArgumentException">An option cannot be meant so.</exception>
    public static IEndpointConventionBuilder MapLightDfsFiles(
        this IEndpointRouteBuilder endpoints, string prefix = "/files", Action<LightDfsFilesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var services = endpoints.ServiceProvider;
        if (!services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IFileStore)))
        {
            throw new InvalidOperationException("MapLightDfsFiles needs a file store. Call builder.Services.AddLightDfs(peers) before the app is built.");
        }
        var options = new LightDfsFilesOptions();
        configure?.Invoke(options);
        var settings = FilesSettings.Of(options, services.GetService<TimeProvider>() ?? TimeProvider.System);
        var guard = new EndpointGuard(services.GetRequiredService<ILoggerFactory>());
        var receiver = new FileReceiver(settings);

        DescriptionJson.AddTo(services);
        var group = endpoints.MapGroup(prefix);
        group.WithTags("Files").WithMetadata(NoOutputCache.Instance);
        group.MapPost("", guard.Protect(new UploadEndpoint(receiver).HandleAsync)).WithMetadata(UnlimitedBody.Instance).DescribeUpload();
        group.MapPut("{id}", guard.Protect(new PutEndpoint(receiver, settings.Time).HandleAsync)).WithMetadata(UnlimitedBody.Instance).DescribePut();
        group.MapMethods("{id}", GetAndHead, guard.Protect(new DownloadEndpoint(settings).HandleAsync)).DescribeDownload();
        if (options.AllowDelete)
        {
            group.MapDelete("{id}", guard.Protect(DeleteEndpoint.HandleAsync)).DescribeDelete();
        }
        if (options.AllowList)
        {
            group.MapGet("", guard.Protect(ListEndpoint.HandleAsync)).DescribeList();
        }
        return group;
    }
}
