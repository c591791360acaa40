using LightDfs.Diagnostics;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Diagnostics;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>A cluster of two, and a real request to store a file that was caught on its way from the first to the second.</summary>
internal sealed class CaughtRequest : IAsyncDisposable
{
    private readonly RecordedLogs _logs = new();
    private int _strangers;

    private CaughtRequest()
    {
    }

    public LightDfsTestCluster Cluster { get; private set; } = null!;

    public TestMachine Receiver => Cluster[1];

    public FileId File { get; private set; }

    public ReadOnlyMemory<byte> Head { get; private set; }

    public ReadOnlyMemory<byte> Proof { get; private set; }

    public byte[] Body { get; private set; } = [];

    public IReadOnlyList<string> Refusals => _logs.Of(LogEvents.RequestRefused);

    public static async Task<CaughtRequest> CatchAsync()
    {
        var caught = new CaughtRequest();
        caught.Cluster = await LightDfsTestCluster.StartAsync(2, options =>
        {
            options.IsLoopback = false;
            options.Loggers = caught._logs;
            options.ConfigureMachine = (_, machine) => machine.ClusterKey = Node.Key;
        });
        caught.Cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.To != caught.Receiver.Address || !RequestHead.TryDecode(exchange.Request.Head.Span, out var head) || head.Operation != Operation.Store)
            {
                return await exchange.DeliverAsync(exchange.Request, cancellationToken);
            }
            caught.Body = new byte[exchange.Request.BodyLength];
            await exchange.Request.Body!.ReadExactlyAsync(caught.Body, cancellationToken);
            (caught.Head, caught.Proof) = (exchange.Request.Head, exchange.Request.Proof);
            throw exchange.Lost("the request");
        };
        caught.File = (await caught.Cluster[0].Files.StoreAsync(new MemoryStream(Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray()))).Id;
        caught.Cluster.Network.Interceptor = null;
        return caught;
    }

    /// <summary>Hands it to the receiver as a stranger, each time another one: of one of them not every refusal is logged.</summary>
    public ValueTask<PeerReply> SendAsync(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> proof, byte[] body) => Receiver.Running.PeerHandler.HandleAsync(
        new PeerRequest { Head = head, Proof = proof, Body = body.Length == 0 ? null : new MemoryStream(body), BodyLength = body.Length }, new PeerConnection(IsProtected: false, IsLoopback: false, Remote: $"stranger {++_strangers}"), CancellationToken.None);

    /// <summary>It is refused: with one reason in the log, a reply that says nothing, and without an effect.</summary>
    public async Task AssertRefusedAsync(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> proof, byte[] body, string reason)
    {
        var (before, logged) = (StateOfReceiver(), Refusals.Count);

        await using var reply = await SendAsync(head, proof, body);

        PeerServerRefusalTests.AssertRevealsNothing(reply);
        Assert.That(Refusals, Has.Count.EqualTo(logged + 1));
        Assert.That(Refusals[^1], Does.Contain(reason).And.Contain("stranger"));
        Assert.That(StateOfReceiver(), Is.EqualTo(before));
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    /// <summary>All that a request could change: what is stored, what is kept, who belongs, and where this machine thinks it was reached.</summary>
    private string StateOfReceiver()
    {
        var status = Receiver.Cluster.Status;
        return string.Join(
            '\n',
            Receiver.Store.List(null, int.MaxValue).Select(stamp => stamp.ToString())
                .Concat(status.Machines.Select(machine => $"{machine.Id} {machine.State} {string.Join(',', machine.Addresses)}"))
                .Append($"{Receiver.Store.Usage} {Receiver.Store.DocumentsSaved} {status.ClusterId} {Receiver.Running.Membership.View.Map.Digest}"));
    }
}
