using LightDfs.Peers;
using LightDfs.Transport.Http.Multiplexing;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http.Multiplexing;

public sealed class FrameTests
{
    [Test]
    public async Task Frames_are_sent_as_ever()
    {
        var sent = new Awaited(9 + 7 + 9 + 12 + 9);
        var writer = new FrameWriter(sent, static _ => { }, CancellationToken.None);
        var request = new byte[RequestHeader.Length];
        RequestHeader.Write(request, head: 0x1234, proof: 32);
        var reply = new byte[ReplyHeader.Length];
        ReplyHeader.Write(reply, PeerStatus.Full, head: 0x1234, proof: 32, body: 0x0102030405);

        writer.Add(FrameKind.Request, 7, request, [1, 2], [3], [4]);
        writer.Add(FrameKind.Reply, uint.MaxValue, reply);
        writer.Add(FrameKind.Leaving, 0);
        await sent.Whole;

        Assert.That(Convert.ToHexStringLower(sent.ToArray()), Is.EqualTo("010700000007000000" + "341220" + "01020304" + "02ffffffff0c000000" + "07341220" + "0504030201000000" + "050000000000000000"));
    }

    [Test]
    public void Numbers_of_kinds_stay() => Assert.That(
        Enum.GetValues<FrameKind>().Select(kind => $"{(int)kind} {kind}"),
        Is.EqualTo(new[] { "1 Request", "2 Reply", "3 Data", "4 BrokenOff", "5 Leaving", "6 Credit", "7 Cancel" }));

    [Test]
    public async Task Frames_are_read_however_they_arrive([Values(1, 2, 8, 9, 10, 1000, 100_000)] int atOnce)
    {
        var sizes = new[] { 0, 1, 3, 40_000, 0, Frame.MaxPayload, 5, 20_000, 20_000, 20_000 };
        using var sent = new MemoryStream();
        foreach (var (size, call) in sizes.Select((size, at) => (size, (uint)at)))
        {
            var frame = new byte[Frame.HeaderLength + size];
            Frame.WriteHeader(frame, FrameKind.Data, call, size);
            frame.AsSpan(Frame.HeaderLength).Fill((byte)(call + 1));
            sent.Write(frame);
        }
        sent.Position = 0;
        using var reader = new FrameReader(new Trickle(sent, atOnce));

        for (var at = 0; at < sizes.Length; at++)
        {
            var frame = await reader.ReadAsync(CancellationToken.None);
            Assert.That((frame!.Value.Kind, frame.Value.Call, frame.Value.Payload.Length), Is.EqualTo((FrameKind.Data, (uint)at, sizes[at])));
            Assert.That(frame.Value.Payload.Span.IndexOfAnyExcept((byte)(at + 1)), Is.EqualTo(-1));
        }
        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.Null);
    }

    [TestCase("00" + "00000000" + "00000000")]
    [TestCase("08" + "00000000" + "00000000")]
    [TestCase("01" + "00000000" + "ffffffff")]
    [TestCase("01" + "00000000" + "4d300100", Description = "one byte longer than the longest")]
    public async Task What_is_no_frame_is_refused(string hex)
    {
        using var reader = new FrameReader(new MemoryStream(Convert.FromHexString(hex)));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(CancellationToken.None));
    }

    [TestCase(1)]
    [TestCase(8)]
    [TestCase(9)]
    [TestCase(13)]
    public async Task Connection_that_ends_in_a_frame_broke_off(int length)
    {
        var frame = new byte[14];
        Frame.WriteHeader(frame, FrameKind.Data, 1, 5);
        using var reader = new FrameReader(new MemoryStream(frame[..length]));

        await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.ReadAsync(CancellationToken.None));
    }

    [TestCase("")]
    [TestCase("0000")]
    [TestCase("010000")]
    [TestCase("000001")]
    [TestCase("013000" + "00", Description = "a head longer than there is")]
    public void What_is_no_request_is_refused(string hex) => Assert.Throws<InvalidDataException>(() => RequestHeader.Read(Convert.FromHexString(hex)));

    [TestCase("")]
    [TestCase("0000000000000000000000")]
    [TestCase("0b0000000000000000000000", Description = "no such status")]
    [TestCase("000100000000000000000000", Description = "a head longer than there is")]
    [TestCase("00000000ffffffffffffffff", Description = "a body of negative length")]
    [TestCase("000000000200000000000000" + "00", Description = "half of a body")]
    [TestCase("000000000000000000000000" + "00", Description = "more than the body")]
    public void What_is_no_reply_is_refused(string hex) => Assert.Throws<InvalidDataException>(() => ReplyHeader.Read(Convert.FromHexString(hex)));

    [Test]
    public void Limits_of_head_proof_and_body_hold()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Request(PeerRequest.MaxHeadLength, PeerRequest.MaxProofLength, Frame.MaxInlineBody), Is.EqualTo((PeerRequest.MaxHeadLength, PeerRequest.MaxProofLength, Frame.MaxInlineBody)));
            Assert.Throws<InvalidDataException>(() => Request(PeerRequest.MaxHeadLength + 1, 0, 0));
            Assert.Throws<InvalidDataException>(() => Request(0, PeerRequest.MaxProofLength + 1, 0));
            Assert.Throws<InvalidDataException>(() => Request(0, 0, Frame.MaxInlineBody + 1));
        });

        static (int, int, int) Request(int head, int proof, int body)
        {
            var payload = new byte[RequestHeader.Length + head + proof + body];
            RequestHeader.Write(payload, head, proof);
            return RequestHeader.Read(payload);
        }
    }

    [Test]
    public async Task Failure_to_send_is_told_once_and_ends_the_waiting()
    {
        var told = 0;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writer = new FrameWriter(
            new Broken(),
            _ =>
            {
                Interlocked.Increment(ref told);
                first.SetResult();
            },
            CancellationToken.None);

        writer.Add(FrameKind.Data, 1, new byte[10]);
        await first.Task;
        writer.Add(FrameKind.Data, 1, new byte[2 * 1024 * 1024]);
        await writer.RoomAsync(CancellationToken.None);
        await writer.EndAsync();

        Assert.That(told, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_adds_much_waits_until_some_is_sent()
    {
        var stream = new Held();
        var writer = new FrameWriter(stream, static _ => { }, CancellationToken.None);
        writer.Add(FrameKind.Data, 1, new byte[1]);
        await stream.Reached;
        writer.Add(FrameKind.Data, 1, new byte[1024 * 1024]);

        var waiting = writer.RoomAsync(CancellationToken.None).AsTask();
        using var impatient = new CancellationTokenSource();
        var cut = writer.RoomAsync(impatient.Token).AsTask();
        await impatient.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => cut);
        Assert.That(waiting.IsCompleted, Is.False);
        stream.Release();
        await waiting;
        await writer.EndAsync();
        Assert.That(stream.Sent, Is.EqualTo((2 * Frame.HeaderLength) + 1 + (1024 * 1024)));
    }

    private sealed class Trickle(MemoryStream all, int atOnce) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            all.ReadAsync(buffer[..Math.Min(atOnce, buffer.Length)], cancellationToken);
    }

    private sealed class Awaited(int length) : MemoryStream
    {
        private readonly TaskCompletionSource _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Whole => _whole.Task;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await base.WriteAsync(buffer, cancellationToken);
            if (Length == length)
            {
                _whole.SetResult();
            }
        }
    }

    private sealed class Broken : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("broken by the test");
    }

    private sealed class Held : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public int Sent { get; private set; }

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.TrySetResult();
            await _released.Task;
            Sent += buffer.Length;
        }
    }
}
