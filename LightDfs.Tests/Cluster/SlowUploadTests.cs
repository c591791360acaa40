using LightDfs.Testing.Clusters;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>Whoever sends slowly keeps a place in the transfer memory, but not for ever when others wait for it.</summary>
public sealed class SlowUploadTests
{
    private const int Segment = LargeFiles.Segment;

    [Test]
    public async Task Slow_uploads_give_way_to_those_that_wait()
    {
        var time = new FakeTimeProvider();
        await using var cluster = await StartAsync(time);
        var slow = new[] { new Stalled(Segment + 1), new Stalled(Segment + 1) };
        var stores = slow.Select(content => cluster[0].Files.StoreAsync(content)).ToList();
        await Task.WhenAll(slow.Select(content => content.Reached.Task));

        var waiting = cluster[0].Files.StoreAsync(new MemoryStream(LargeFiles.Content(3 * Segment)));
        Assert.That(waiting.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromMinutes(5));

        foreach (var store in stores)
        {
            await Assert.ThrowsAsync<UploadTooSlowException>(() => store);
        }
        Assert.That((await waiting).Length, Is.EqualTo(3 * Segment));
    }

    [Test]
    public async Task Slow_upload_for_whose_place_nobody_waits_goes_on()
    {
        var time = new FakeTimeProvider();
        await using var cluster = await StartAsync(time);
        var slow = new Stalled(2 * Segment);
        var store = cluster[0].Files.StoreAsync(slow);
        await slow.Reached.Task;

        time.Advance(TimeSpan.FromHours(1));
        slow.GoOn.SetResult();

        Assert.That((await store).Length, Is.EqualTo(2 * Segment));
    }

    // The smallest memory that is allowed: two places.
    private static Task<LightDfsTestCluster> StartAsync(FakeTimeProvider time) => LargeFiles.StartAsync(
        1, (_, options) => (options.SegmentSize, options.TransferMemory) = (2 * Segment, 4 * Segment), options => options.Time = _ => time);

    /// <summary>Gives all but its last byte, and that one when it is told to go on.</summary>
    private sealed class Stalled(int length) : Stream
    {
        private int _given;

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given == length - 1)
            {
                Reached.TrySetResult();
                await GoOn.Task.WaitAsync(cancellationToken);
            }
            var count = Math.Min(buffer.Length, _given < length - 1 ? length - 1 - _given : length - _given);
            buffer.Span[..count].Clear();
            _given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
