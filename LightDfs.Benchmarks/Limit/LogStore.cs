using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;

namespace LightDfs.Benchmarks.Limit;

/// <summary>All bodies in one log, one flush for everything that waits; the index is in memory only, and reads use the log's own handle.</summary>
internal sealed class LogStore(string directory) : ILimitStore, IDisposable
{
    private readonly AppendLog _log = new(Path.Combine(directory, "log"));
    private readonly ConcurrentDictionary<ulong, (long Offset, long Length)> _index = new();
    private long _last;

    public async ValueTask<string> StoreAsync(PipeReader body, long length)
    {
        var place = await _log.AppendAsync(body, length);
        var id = (ulong)Interlocked.Increment(ref _last);
        _index[id] = (place, length);
        return id.ToString("x16", CultureInfo.InvariantCulture);
    }

    public Task SendAsync(string name, HttpResponse response)
    {
        if (ulong.TryParse(name, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id) && _index.TryGetValue(id, out var place))
        {
            return Bodies.SendAsync(_log.File, place.Offset, place.Length, response);
        }
        response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    public void Dispose() => _log.Dispose();
}
