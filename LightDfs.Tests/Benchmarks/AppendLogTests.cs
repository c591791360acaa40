using System.Buffers;
using System.IO.Pipelines;
using LightDfs.Benchmarks.Limit;
using LightDfs.Tests.Storage;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Benchmarks;

public sealed class AppendLogTests
{
    /// <summary>A regression is to fail, and not to hang.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private const int LongestInBatch = 128 * 1024;
    private TempDirectory _directory = null!;
    private AppendLog _log = null!;

    [SetUp]
    public void Open()
    {
        _directory = new TempDirectory();
        Directory.CreateDirectory(_directory.Path);
        _log = new AppendLog(Path.Combine(_directory.Path, "log"));
    }

    [TearDown]
    public void Close()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Test]
    public async Task Every_body_of_many_writers_at_once_is_read_back_at_its_place()
    {
        int[] sizes = [1, 100, 4096, 0, 5000, LongestInBatch, LongestInBatch + 1, 20_000, 700_000]; // The last one comes in more than one piece.
        const int Writers = 64;
        const int Rounds = 9;

        var kept = (await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))))).SelectMany(one => one).ToList();

        AssertAllThere(kept);

        async Task<List<(int Seed, int Size, long Place)>> WriteAsync(int writer)
        {
            var done = new List<(int, int, long)>();
            for (var round = 0; round < Rounds; round++)
            {
                var (seed, size) = ((writer * Rounds) + round, sizes[(writer + round) % sizes.Length]);
                done.Add((seed, size, await AppendAsync(seed, size)));
            }
            return done;
        }
    }

    [Test]
    public async Task Bodies_that_wait_together_and_are_more_than_the_buffer_holds_are_all_there()
    {
        using var first = new HeldUp(100);
        var writing = Task.Run(() => _log.AppendAsync(PipeReader.Create(new(first.Memory)), 100).AsTask());
        Assert.That(first.Begun.Wait(Longest), Is.True, "it has begun");

        // While the first one is written, these gather: 150 times 128 KiB is more than twice the buffer.
        var waiting = Enumerable.Range(0, 150).Select(seed => (Seed: seed, Size: LongestInBatch - (seed % 3))).Select(one => (one.Seed, one.Size, Place: AppendAsync(one.Seed, one.Size))).ToList();
        Assert.That(waiting.Any(one => one.Place.IsCompleted), Is.False);
        first.Go.Set();

        Assert.That(await writing, Is.Zero);
        var kept = new List<(int, int, long)>();
        foreach (var (seed, size, place) in waiting)
        {
            kept.Add((seed, size, await place));
        }
        kept.Add((1000, 10, await AppendAsync(1000, 10)));
        AssertAllThere(kept, before: 100);
    }

    [TestCase(1000)]
    [TestCase(LongestInBatch + 1)]
    public async Task Body_that_ends_early_is_refused_and_the_next_one_is_kept(int size)
    {
        var cut = PipeReader.Create(new(new byte[size - 1]));
        await Assert.ThrowsAsync<BadHttpRequestException>(async () => await _log.AppendAsync(cut, size));

        var place = await AppendAsync(1, size);

        Assert.That(ReadAt(place, size), Is.EqualTo(Body(1, size)));
    }

    /// <summary>In pieces, as from a connection: their memory is another body's as soon as the log lets go of it.</summary>
    private async Task<long> AppendAsync(int seed, int size)
    {
        var body = PipeReader.Create(new MemoryStream(Body(seed, size)), new StreamPipeReaderOptions(bufferSize: 4096));
        var place = await _log.AppendAsync(body, size);
        await body.CompleteAsync();
        return place;
    }

    private void AssertAllThere(List<(int Seed, int Size, long Place)> kept, long before = 0)
    {
        foreach (var (seed, size, place) in kept)
        {
            Assert.That(ReadAt(place, size).AsSpan().SequenceEqual(Body(seed, size)), $"body {seed} of {size} bytes at {place}");
        }
        Assert.That(RandomAccess.GetLength(_log.File) - before, Is.EqualTo(kept.Sum(one => (long)one.Size)), "nothing lies between them");
    }

    private byte[] ReadAt(long place, int size)
    {
        var bytes = new byte[size];
        return bytes[..RandomAccess.Read(_log.File, bytes, place)];
    }

    private static byte[] Body(int seed, int size)
    {
        var body = new byte[size];
        new Random(seed).NextBytes(body);
        return body;
    }

    /// <summary>Bytes that hold up whoever reads them.</summary>
    private sealed class HeldUp(int length) : MemoryManager<byte>, IDisposable
    {
        private readonly byte[] _bytes = new byte[length];

        public ManualResetEventSlim Begun { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public override Memory<byte> Memory => CreateMemory(_bytes.Length);

        public override Span<byte> GetSpan()
        {
            Begun.Set();
            Assert.That(Go.Wait(Longest), Is.True, "it may go on");
            return _bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        void IDisposable.Dispose() => Dispose(disposing: true);

        protected override void Dispose(bool disposing)
        {
            Begun.Dispose();
            Go.Dispose();
        }
    }
}
