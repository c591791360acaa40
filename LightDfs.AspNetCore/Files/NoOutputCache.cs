using Microsoft.AspNetCore.OutputCaching;

namespace LightDfs.AspNetCore.Files;

/// <summary>
/// Keeps an output cache that the app has for everything away from files: it would keep whole ones in memory, and deleted ones alive. A policy that the app adds to these
/// endpoints takes its place.
/// </summary>
internal sealed class NoOutputCache : IOutputCachePolicy
{
    public static NoOutputCache Instance { get; } = new();

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.EnableOutputCaching = false;
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;
}
