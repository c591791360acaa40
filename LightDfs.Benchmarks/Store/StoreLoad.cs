using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Benchmarks.Store;

/// <summary>Many at once put into a store, each file a new one, or get files from it. Every content begins with the id of its file, so that a get knows what it should read.</summary>
/// <param name="store">An open store.</param>
/// <param name="ids">Takes the ids of what is stored; its length is the most that is.</param>
/// <param name="size">Bytes of each file.</param>
/// <param name="stored">How many are in it already.</param>
internal sealed class StoreLoad(IReplicaStore store, FileId[] ids, int size, int stored = 0)
{
    public const int IdSize = 16;
    private int _claimed;

    /// <summary>Files stored.</summary>
    public int Stored { get; private set; } = stored;

    /// <summary>Puts until so many are stored, or time is over.</summary>
    /// <returns>How many were put.</returns>
    public async Task<int> PutAsync(int writers, int until, Deadline ends)
    {
        var before = _claimed = Stored;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer, Math.Min(until, ids.Length), ends))));
        Stored = Math.Min(_claimed, Math.Min(until, ids.Length));
        return Stored - before;
    }

    /// <summary>Gets random files, whole and verified, until time is over. Each reader has a thread: reads wait for the disk on the thread that asks.</summary>
    /// <returns>How many were got.</returns>
    public async Task<int> GetAsync(int readers, Deadline ends)
    {
        var got = await Task.WhenAll(Enumerable.Range(0, readers).Select(
            reader => Task.Factory.StartNew(() => Read(reader, ends), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return got.Sum();
    }

    private async Task WriteAsync(int writer, int until, Deadline ends)
    {
        var content = new byte[size];
        new Random(writer).NextBytes(content);
        while (!ends.IsOver)
        {
            var at = Interlocked.Increment(ref _claimed) - 1;
            if (at >= until)
            {
                return;
            }
            var id = ids[at] = FileId.New();
            BinaryPrimitives.WriteUInt128BigEndian(content, id.Value);
            await PutAsync(id, content);
        }
    }

    private async Task PutAsync(FileId id, byte[] content)
    {
        var record = new FileRecord { Length = content.Length, Checksum = XxHash128.HashToUInt128(content) };
        await using var writer = await store.BeginAsync(id, record);
        await writer.AppendAsync(content);
        if (await writer.CommitAsync() is var outcome && outcome != CommitOutcome.Stored)
        {
            throw new InvalidOperationException($"'{id}' was not stored: {outcome}.");
        }
    }

    private int Read(int reader, Deadline ends)
    {
        var random = new Random(reader);
        var buffer = new byte[size];
        var got = 0;
        for (; !ends.IsOver; got++)
        {
            // What the store does for a read is done when the call returns.
            GetAsync(ids[random.Next(Stored)], buffer).GetAwaiter().GetResult();
        }
        return got;
    }

    private async Task GetAsync(FileId id, byte[] buffer)
    {
        await using var reader = await store.OpenReplicaAsync(id) ?? throw new InvalidOperationException($"'{id}' is gone.");
        var read = await reader.ReadAsync(0, buffer);
        if (read != size || BinaryPrimitives.ReadUInt128BigEndian(buffer) != id.Value)
        {
            throw new InvalidOperationException($"'{id}' is not what was stored.");
        }
    }
}
