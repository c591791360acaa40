using System.IO.Hashing;
using BenchmarkDotNet.Attributes;
using LightDfs.Chance;
using LightDfs.Files;
using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Benchmarks.Micro;

/// <summary>Checksums: of a content as the reader of a replica verifies it, page by page, and of a content as every write makes them.</summary>
[MemoryDiagnoser]
public class PageVerify
{
    private byte[] _content = [];
    private FileReplicaReader _reader = null!;

    [Params(4 * 1024, 64 * 1024, 1024 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _content = new byte[Size];
        new Random(1).NextBytes(_content);
        var record = new FileRecord { Length = Size, Checksum = XxHash128.HashToUInt128(_content) };
        var root = Path.Combine(AppContext.BaseDirectory, "nothing-is-stored-here");
        var files = new ReplicaFiles(new PhysicalDisk(), root, reserve: null, TimeProvider.System, PackingSettings.Off, RandomSource.Strong, NullLogger.Instance);
        files.Health.Open();
        var trailer = new ReplicaTrailer(record, UInt128.Zero, Pages.ChecksumsOf(_content));
        _reader = new FileReplicaReader(files, FileId.New(), 0, new ReadBefore(Size), trailer, root, NullLogger.Instance);
        if (!FailsOnAFlippedBit())
        {
            throw new InvalidOperationException("The reader takes a damaged page for a good one: nothing is verified here.");
        }
    }

    /// <summary>A whole read, but for the disk: what takes time is the verification.</summary>
    [Benchmark]
    public int VerifyPages() => Read();

    [Benchmark]
    public int HashContent()
    {
        var hasher = new ContentHasher(Size);
        hasher.Append(_content);
        return hasher.PageChecksums.Count;
    }

    private int Read()
    {
        var read = _reader.ReadAsync(0, _content);
        return read.IsCompleted ? read.GetAwaiter().GetResult() : throw new InvalidOperationException("The reader waits for something.");
    }

    private bool FailsOnAFlippedBit()
    {
        _content[^1] ^= 1;
        try
        {
            return Read() < 0;
        }
        catch (ReplicaDamagedException)
        {
            return true;
        }
        finally
        {
            _content[^1] ^= 1;
        }
    }

    /// <summary>Leaves in the buffer what is there, which is the content already.</summary>
    private sealed class ReadBefore(long length) : IDiskReader
    {
        public long Length => length;

        public int Read(long offset, Span<byte> buffer) => buffer.Length;

        public void Dispose()
        {
        }
    }
}
