using System.IO.Pipelines;
using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Transport.Http.Multiplexing;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http.Multiplexing;

/// <summary>The sending end, against servers that do what no machine does.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OutgoingConnectionTests : IDisposable
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly OutgoingConnection _connection;

    public OutgoingConnectionTests()
    {
        var stream = new Duplex(_toClient.Reader.AsStream(), _toServer.Writer.AsStream());
        _connection = new OutgoingConnection("http://10.0.0.1:5000", stream, stream, new FakeTimeProvider());
    }

    public void Dispose() => _connection.Dispose();

    [TestCase("02" + "01000000" + "0c000000" + "0b0000000000000000000000", Description = "no such status")]
    [TestCase("03" + "01000000" + "01000000" + "00", Description = "a body before its reply")]
    [TestCase("02" + "01000000" + "0c000000" + "000000000000020000000000" + "02" + "01000000" + "0c000000" + "000000000000020000000000", Description = "two replies")]
    [TestCase("01" + "01000000" + "00000000", Description = "a frame for servers")]
    [TestCase("48545450", Description = "HTTP")]
    public async Task Server_that_speaks_otherwise_is_unreachable(string hex)
    {
        var asking = AskAsync();
        await _toClient.Writer.WriteAsync(Convert.FromHexString(hex.PadRight(18, '0')));

        var thrown = await Assert.CatchAsync(async () =>
        {
            await using var reply = await asking;
            await PatternStream.CheckAsync(reply.Body);
        });

        Assert.That(thrown, Is.InstanceOf<PeerUnreachableException>().Or.InstanceOf<IOException>());
        Assert.That(thrown!.Message, Does.Contain("malformed"));
        Assert.That(_connection.IsOpen, Is.False);
    }

    [Test]
    public async Task More_of_a_body_than_was_promised_is_malformed()
    {
        var asking = AskAsync();
        await _toClient.Writer.WriteAsync(Convert.FromHexString("02" + "01000000" + "0c000000" + "000000000200000000000000"));
        await using var reply = await asking;

        await _toClient.Writer.WriteAsync(Convert.FromHexString("03" + "01000000" + "03000000" + "000000"));

        Assert.That((await Assert.CatchAsync<IOException>(async () => await reply.Body!.ReadExactlyAsync(new byte[2])))!.Message, Does.Contain("malformed"));
    }

    [Test]
    public async Task More_of_a_body_than_was_allowed_is_malformed()
    {
        var asking = AskAsync();
        await _toClient.Writer.WriteAsync(Convert.FromHexString("02" + "01000000" + "0c000000" + "000000000000100000000000"));
        await using var reply = await asking;

        var data = new byte[Frame.HeaderLength + Frame.MaxData];
        Frame.WriteHeader(data, FrameKind.Data, 1, Frame.MaxData);
        for (var sent = 0; sent < Frame.Window; sent += Frame.MaxData)
        {
            await _toClient.Writer.WriteAsync(data);
        }
        Assert.That(_connection.IsOpen, Is.True);
        await _toClient.Writer.WriteAsync(data);
        await Until.TrueAsync(() => !_connection.IsOpen, "the connection ends");

        Assert.That((await Assert.CatchAsync<IOException>(async () => await reply.Body!.ReadExactlyAsync(new byte[Frame.Window + 1])))!.Message, Does.Contain("malformed"));
    }

    [Test]
    public async Task Request_that_was_given_up_keeps_its_place_until_the_server_is_done_with_it()
    {
        using var cancel = new CancellationTokenSource();
        var first = AskAsync(cancel.Token);
        for (var call = 1; call < Frame.MaxCalls; call++)
        {
            _ = AskAsync();
        }
        await cancel.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => first);
        var early = _connection.TryBegin(out _, CancellationToken.None);

        await _toClient.Writer.WriteAsync(Convert.FromHexString("04" + "01000000" + "00000000" + "02" + "02000000" + "0c000000" + "000000000000000000000000"));
        await Until.TrueAsync(() => _connection.TryBegin(out _, CancellationToken.None), "there is one place");
        await Until.TrueAsync(() => _connection.TryBegin(out _, CancellationToken.None), "there are two places");
        var three = _connection.TryBegin(out _, CancellationToken.None);

        Assert.That((early, three), Is.EqualTo((false, false)));
    }

    [TestCase("", "ended the connection")]
    [TestCase("020100", "broke off")]
    public async Task Server_that_goes_away_is_unreachable(string hex, string expected)
    {
        var asking = AskAsync();
        await _toClient.Writer.WriteAsync(Convert.FromHexString(hex));
        await _toClient.Writer.CompleteAsync();

        var thrown = await Assert.ThrowsAsync<PeerUnreachableException>(() => asking);

        Assert.That((thrown!.Address, thrown.Reason), Is.EqualTo(("http://10.0.0.1:5000", thrown.Reason)));
        Assert.That(thrown.Reason, Does.Contain(expected));
        Assert.That(_connection.TryBegin(out _, CancellationToken.None), Is.False);
    }

    [Test]
    public async Task Answers_to_nobody_are_ignored()
    {
        var asking = AskAsync();
        await _toClient.Writer.WriteAsync(Convert.FromHexString("02" + "63000000" + "0c000000" + "0b0000000000000000000000" + "04" + "63000000" + "00000000" + "02" + "01000000" + "0c000000" + "010000000000000000000000"));

        await using var reply = await asking;

        Assert.That(reply.Status, Is.EqualTo(PeerStatus.NotFound));
    }

    [Test]
    public async Task Retired_connection_ends_when_its_last_reply_is_read()
    {
        var asking = AskAsync();
        _connection.Retire();
        Assert.That(_connection.TryBegin(out _, CancellationToken.None), Is.False);

        await _toClient.Writer.WriteAsync(Convert.FromHexString("02" + "01000000" + "0c000000" + "000000000200000000000000" + "03" + "01000000" + "02000000" + "0001"));
        await using var reply = await asking;
        await reply.Body!.ReadExactlyAsync(new byte[2]);

        await _toServer.Reader.ReadAtLeastAsync(1 << 20);
    }

    [Test]
    public async Task Reply_may_be_disposed_twice()
    {
        var asking = AskAsync();
        await _toClient.Writer.WriteAsync(Convert.FromHexString("02" + "01000000" + "0e000000" + "000000000200000000000000" + "0001"));
        var reply = await asking;
        await reply.Body!.ReadExactlyAsync(new byte[2]);

        await reply.DisposeAsync();
        await reply.DisposeAsync();

        Assert.That(_connection.IsOpen, Is.True);
    }

    private Task<PeerReply> AskAsync(CancellationToken cancellationToken = default)
    {
        Assert.That(_connection.TryBegin(out var call, cancellationToken), Is.True);
        return _connection.SendAsync(call!, new PeerRequest { Head = new byte[] { 1 }, Proof = default }, cancellationToken);
    }

    private sealed class Duplex(Stream from, Stream to) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => from.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => to.WriteAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                to.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
