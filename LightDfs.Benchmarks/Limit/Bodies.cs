using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace LightDfs.Benchmarks.Limit;

/// <summary>Moves bodies between pipes and files with as few copies as the framework allows.</summary>
internal static class Bodies
{
    /// <summary>Bytes read from disk between flushes of a response.</summary>
    private const int SendChunk = 256 * 1024;

    /// <summary>Bytes gathered before a write, so that large bodies take few calls.</summary>
    private const int ReceiveChunk = 512 * 1024;

    /// <summary>Reads a body to its end in pieces, each handed over once.</summary>
    public static async ValueTask ReceiveAsync<TState>(PipeReader body, long length, TState state, Action<TState, System.Buffers.ReadOnlySequence<byte>, long> take)
    {
        long done = 0;
        while (done < length)
        {
            var result = await body.ReadAtLeastAsync((int)Math.Min(ReceiveChunk, length - done));
            if (result.Buffer.Length > 0)
            {
                take(state, result.Buffer, done);
                done += result.Buffer.Length;
                body.AdvanceTo(result.Buffer.End);
            }
            if (result.IsCompleted && done < length)
            {
                throw new BadHttpRequestException($"The body ended after {done} of {length} bytes.");
            }
        }
    }

    /// <summary>Appends a piece at a place, as it lies in the pipe.</summary>
    public static void Write(SafeFileHandle file, System.Buffers.ReadOnlySequence<byte> piece, long offset)
    {
        if (piece.IsSingleSegment)
        {
            RandomAccess.Write(file, piece.FirstSpan, offset);
            return;
        }
        var segments = new List<ReadOnlyMemory<byte>>();
        foreach (var segment in piece)
        {
            segments.Add(segment);
        }
        RandomAccess.Write(file, segments, offset);
    }

    public static async Task SendAsync(SafeFileHandle file, long offset, long length, HttpResponse response)
    {
        response.ContentLength = length;
        // What is written before the start would be copied once more.
        await response.StartAsync();
        var writer = response.BodyWriter;
        for (long done = 0; done < length;)
        {
            var wanted = (int)Math.Min(SendChunk, length - done);
            var read = RandomAccess.Read(file, writer.GetSpan(wanted)[..wanted], offset + done);
            if (read == 0)
            {
                throw new EndOfStreamException($"The file ended {length - done} bytes early.");
            }
            writer.Advance(read);
            done += read;
            // What is written after a flush is flushed by nobody else: Kestrel would keep the end of the body until the connection is closed.
            if (length > SendChunk)
            {
                await writer.FlushAsync();
            }
        }
    }
}
