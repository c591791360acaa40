using System.Globalization;
using System.IO.Pipelines;

namespace LightDfs.Benchmarks.Limit;

/// <summary>The HTTP stack alone: bodies are drained, answers come from memory. Names are lengths.</summary>
internal sealed class MemoryStore : ILimitStore, IDisposable
{
    private static readonly byte[] Bytes = new byte[1024 * 1024];

    public async ValueTask<string> StoreAsync(PipeReader body, long length)
    {
        await Bodies.ReceiveAsync(body, length, 0, static (_, _, _) => { });
        return length.ToString(CultureInfo.InvariantCulture);
    }

    public async Task SendAsync(string name, HttpResponse response)
    {
        var length = long.Parse(name, CultureInfo.InvariantCulture);
        response.ContentLength = length;
        for (long done = 0; done < length; done += Bytes.Length)
        {
            await response.BodyWriter.WriteAsync(Bytes.AsMemory(0, (int)Math.Min(Bytes.Length, length - done)));
        }
    }

    public void Dispose()
    {
    }
}
