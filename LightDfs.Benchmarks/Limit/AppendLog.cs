using LightDfs.Storage;
using System.Buffers;
using System.IO.Pipelines;
using LightDfs.Storage.Disks;
using Microsoft.Win32.SafeHandles;

namespace LightDfs.Benchmarks.Limit;

/// <summary>
/// An append-only file with group commit: whatever waits is written by one call and made durable by one flush, and what comes meanwhile is the next batch. Whoever finds the log idle
/// writes its own batch, so that a lone client pays for no change of threads; under load a thread of its own does nothing else.
/// </summary>
internal sealed class AppendLog : IDisposable
{
    /// <summary>Longer bodies are written by their own requests, piece by piece as they arrive, and only share the flush.</summary>
    private const int LongestInBatch = 128 * 1024;

    private readonly string _path;
    private readonly Thread _writer;
    private readonly SemaphoreSlim _work = new(0);
    private readonly byte[] _batch = GC.AllocateUninitializedArray<byte>(8 * 1024 * 1024, pinned: true);
    private LogEntry? _waiting;
    private long _length;
    private int _isBusy;
    private volatile bool _isClosed;

    public AppendLog(string path)
    {
        _path = path;
        File = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _writer = new Thread(WriteUnderLoad) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public SafeFileHandle File { get; }

    /// <summary>Appends a body; it is durable when this returns.</summary>
    /// <returns>Where it lies.</returns>
    public async ValueTask<long> AppendAsync(PipeReader body, long length)
    {
        if (length > LongestInBatch)
        {
            return await AppendLongAsync(body, length);
        }
        var result = await body.ReadAtLeastAsync((int)length);
        if (result.Buffer.Length < length)
        {
            throw new BadHttpRequestException($"The body ended after {result.Buffer.Length} of {length} bytes.");
        }
        var entry = new LogEntry(result.Buffer.Slice(0, length));
        Enqueue(entry);
        var place = await entry.Durable;
        body.AdvanceTo(result.Buffer.GetPosition(length));
        return place;
    }

    public void Dispose()
    {
        _isClosed = true;
        _work.Release();
        _writer.Join();
        File.Dispose();
        _work.Dispose();
    }

    private async ValueTask<long> AppendLongAsync(PipeReader body, long length)
    {
        var place = Interlocked.Add(ref _length, length) - length;
        await Bodies.ReceiveAsync(body, length, (File, place), static (to, piece, offset) => Bodies.Write(to.File, piece, to.place + offset));
        var entry = new LogEntry(ReadOnlySequence<byte>.Empty);
        Enqueue(entry);
        await entry.Durable;
        return place;
    }

    private void Enqueue(LogEntry entry)
    {
        LogEntry? before;
        do
        {
            before = Volatile.Read(ref _waiting);
            entry.Before = before;
        }
        while (Interlocked.CompareExchange(ref _waiting, entry, before) != before);

        if (Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0)
        {
            WriteOneBatch();
            if (Volatile.Read(ref _waiting) is null)
            {
                Release();
            }
            else
            {
                // More came: not for a thread of the pool, which has requests to serve.
                _work.Release();
            }
        }
    }

    private void Release()
    {
        Volatile.Write(ref _isBusy, 0);
        Interlocked.MemoryBarrier();
        // What came between the last look and the release has seen a busy log.
        if (Volatile.Read(ref _waiting) is not null && Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0)
        {
            _work.Release();
        }
    }

    private void WriteUnderLoad()
    {
        while (true)
        {
            _work.Wait();
            if (_isClosed)
            {
                return;
            }
            while (Volatile.Read(ref _waiting) is not null)
            {
                WriteOneBatch();
            }
            Release();
        }
    }

    private void WriteOneBatch()
    {
        var batch = InOrder(Interlocked.Exchange(ref _waiting, null));
        try
        {
            WriteBytes(batch);
            NativeDisk.FlushFile(File, _path);
        }
        catch (Exception cause) when (cause is IOException or StorageException)
        {
            for (var entry = batch; entry is not null; entry = entry.Before)
            {
                entry.Fail(cause);
            }
            return;
        }
        while (batch is not null)
        {
            // Completing it may end its life, and its link.
            var next = batch.Before;
            batch.Complete();
            batch = next;
        }
    }

    /// <summary>Writes the bytes of a batch side by side, by as few calls as the buffer allows.</summary>
    private void WriteBytes(LogEntry? batch)
    {
        var filled = 0;
        var start = 0L;
        for (var entry = batch; entry is not null; entry = entry.Before)
        {
            var size = (int)entry.Bytes.Length;
            if (size == 0)
            {
                continue;
            }
            // Long bodies take their places meanwhile, so a batch is placed as one.
            if (filled == 0)
            {
                start = Reserve(entry);
            }
            else if (filled + size > _batch.Length)
            {
                RandomAccess.Write(File, _batch.AsSpan(0, filled), start);
                (filled, start) = (0, Reserve(entry));
            }
            entry.Bytes.CopyTo(_batch.AsSpan(filled));
            entry.Place = start + filled;
            filled += size;
        }
        if (filled > 0)
        {
            RandomAccess.Write(File, _batch.AsSpan(0, filled), start);
        }
    }

    /// <summary>Takes room for an entry and as many of its followers as fit into the buffer.</summary>
    private long Reserve(LogEntry first)
    {
        var size = 0L;
        for (var entry = first; entry is not null && size + entry.Bytes.Length <= _batch.Length; entry = entry.Before)
        {
            size += entry.Bytes.Length;
        }
        return Interlocked.Add(ref _length, size) - size;
    }

    private static LogEntry? InOrder(LogEntry? last)
    {
        LogEntry? first = null;
        while (last is not null)
        {
            var before = last.Before;
            last.Before = first;
            first = last;
            last = before;
        }
        return first;
    }
}
