using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class ReadOnlyBytesStreamTests
{
    private static readonly byte[] Content = [1, 2, 3, 4, 5];

    [Test]
    public async Task Content_is_read_forwards_to_its_end()
    {
        await using var stream = new ReadOnlyBytesStream(Content);
        var buffer = new byte[4];

        Assert.That((stream.Length, await stream.ReadAsync(buffer), await stream.ReadAsync(buffer.AsMemory()), await stream.ReadAsync(buffer.AsMemory())), Is.EqualTo((5L, 4, 1, 0)));
        Assert.That(buffer, Is.EqualTo(new byte[] { 5, 2, 3, 4 }));
    }

    [Test]
    public void Several_read_the_same_bytes()
    {
        using var one = new ReadOnlyBytesStream(Content);
        using var other = new ReadOnlyBytesStream(Content);

        Assert.That((one.ReadByte(), one.ReadByte(), other.ReadByte()), Is.EqualTo((1, 2, 1)));
    }

    [Test]
    public void Reading_goes_on_from_wherever_it_is_set()
    {
        using var stream = new ReadOnlyBytesStream(Content);

        Assert.That((stream.Seek(3, SeekOrigin.Begin), stream.ReadByte()), Is.EqualTo((3L, 4)));
        Assert.That((stream.Seek(-2, SeekOrigin.Current), stream.ReadByte()), Is.EqualTo((2L, 3)));
        Assert.That((stream.Seek(-1, SeekOrigin.End), stream.ReadByte(), stream.ReadByte()), Is.EqualTo((4L, 5, -1)));
        Assert.That(() => stream.Seek(1, SeekOrigin.End), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.Position = -1, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Cancelled_reading_reads_nothing()
    {
        await using var stream = new ReadOnlyBytesStream(Content);

        await Assert.CatchAsync<OperationCanceledException>(async () => await stream.ReadExactlyAsync(new byte[1], new CancellationToken(canceled: true)));

        Assert.That(stream.Position, Is.Zero);
    }

    [Test]
    public void Nothing_is_written()
    {
        using var stream = new ReadOnlyBytesStream(Content);

        Assert.That((stream.CanRead, stream.CanSeek, stream.CanWrite), Is.EqualTo((true, true, false)));
        Assert.That(() => stream.Write([1], 0, 1), Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => stream.SetLength(1), Throws.InstanceOf<NotSupportedException>());
    }
}
