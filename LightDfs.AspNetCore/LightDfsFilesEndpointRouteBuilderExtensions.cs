using LightDfs;
using LightDfs.AspNetCore;
using LightDfs.AspNetCore.Files;
using LightDfs.AspNetCore.Problems;
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
    /// Maps <c>POST prefix</c> (the request's body becomes a file), <c>GET</c> and <c>HEAD prefix/{id}</c> (with ranges and conditional requests) and, where
    /// allowed, <c>DELETE prefix/{id}</c> and <c>GET prefix</c> (all files, one line of JSON each). Errors are problem details (RFC 9457).
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="prefix">A route pattern. Default "/files".</param>
    /// <param name="configure">Allows more; <see langword="null"/> for the defaults.</param>
    /// <returns>All of these endpoints, to add conventions such as <c>RequireAuthorization</c>. Without any they are open to everybody who reaches the app.</returns>
    /// <exception cref="InvalidOperationException">No <see cref="IFileStore"/> is registered.</exception>
    public static IEndpointConventionBuilder MapLightDfsFiles(
        this IEndpointRouteBuilder endpoints, string prefix = "/files", Action<LightDfsFilesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        if (!endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IFileStore)))
        {
            throw new InvalidOperationException("MapLightDfsFiles needs a file store. Call builder.Services.AddLightDfs(peers) before the app is built.");
        }
        var options = new LightDfsFilesOptions();
        configure?.Invoke(options);
        var guard = new EndpointGuard(endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>());

        var group = endpoints.MapGroup(prefix);
        group.MapPost("", guard.Protect(UploadEndpoint.HandleAsync)).WithMetadata(UnlimitedBody.Instance);
        group.MapMethods("{id}", GetAndHead, guard.Protect(DownloadEndpoint.HandleAsync));
        if (options.AllowDelete)
        {
            group.MapDelete("{id}", guard.Protect(DeleteEndpoint.HandleAsync));
        }
        if (options.AllowList)
        {
            group.MapGet("", guard.Protect(ListEndpoint.HandleAsync));
        }
        return group;
    }
}
