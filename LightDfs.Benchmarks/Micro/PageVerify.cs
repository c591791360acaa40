using System.IO.Hashing;
using BenchmarkDotNet.Attributes;
using LightDfs.Storage;

namespace LightDfs.Benchmarks.Micro;

/// <summary>Checksums: of a page as every read verifies it, and of a content as every write makes them.</summary>
[MemoryDiagnoser]
public class PageVerify
{
    private byte[] _content = [];

    [Params(4 * 1024, 64 * 1024, 1024 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _content = new byte[Size];
        new Random(1).NextBytes(_content);
    }

    [Benchmark]
    public ulong VerifyPages()
    {
        var sum = 0UL;
        for (var at = 0; at < Size; at += Pages.Size)
        {
            sum ^= XxHash3.HashToUInt64(_content.AsSpan(at, Math.Min(Pages.Size, Size - at)));
        }
        return sum;
    }

    [Benchmark]
    public int HashContent()
    {
        var hasher = new ContentHasher(Size);
        hasher.Append(_content);
        return hasher.PageChecksums.Count;
    }
}
