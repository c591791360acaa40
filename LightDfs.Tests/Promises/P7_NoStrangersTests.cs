using System.Collections.Concurrent;
using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P7: without proof of the cluster key nothing is stored or revealed.</summary>
public sealed class P7_NoStrangersTests
{
    private const string Key = "the right key, long enough";

    [Test]
    public async Task Whatever_was_said_in_a_cluster_is_refused_when_it_is_said_again_unproven_or_altered()
    {
        await using var cluster = await StartAsync();
        var heard = new ConcurrentQueue<(string To, PeerRequest Request, byte[] Body)>();
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var body = exchange.Request.Body is { } stream ? await stream.ToEndAsync() : [];
            heard.Enqueue((exchange.To, exchange.Request, body));
            return await exchange.DeliverAsync(With(exchange.Request, exchange.Request.Head, exchange.Request.Proof, body), cancellationToken);
        };
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        await cluster[0].Files.DeleteAsync((await cluster[1].StoreAsync([1])).Id);
        await cluster[1].ListAsync();
        await cluster[2].Files.FindAsync(FileId.New());
        await cluster.SettleAsync();
        cluster.Network.Interceptor = null;
        var before = Held(cluster);

        var asked = heard.Select(one => (Operation)one.Request.Head.Span[1]).ToHashSet();
        foreach (var (to, request, body) in heard)
        {
            var flipped = request.Head.ToArray();
            flipped[Random.Shared.Next(2, flipped.Length)] ^= 1;
            PeerRequest[] attacks =
            [
                With(request, request.Head, request.Proof, body),
                With(request, flipped, request.Proof, body),
                With(request, request.Head, default, body),
            ];
            // Who asks "who are you" changes nothing and may ask twice; the rest is refused also when it is the very same.
            foreach (var attack in attacks.Skip((Operation)request.Head.Span[1] == Operation.WhoAreYou ? 1 : 0))
            {
                await using var reply = await cluster.Network.CreateTransport("memory://stranger").SendAsync(to, attack, CancellationToken.None);
                Assert.That((reply.Status, reply.Head.Length, reply.BodyLength), Is.EqualTo((PeerStatus.Refused, 0, 0L)));
            }
        }

        Assert.That(asked, Is.SupersetOf(new[] { Operation.Heartbeat, Operation.Store, Operation.Find, Operation.Delete, Operation.List }));
        Assert.That(Held(cluster), Is.EqualTo(before));
        Assert.That(await cluster[2].ReadAsync(stored.Id), Is.EqualTo(ClusterSteps.Bytes(1000)));
    }

    [Test]
    public async Task Body_that_was_altered_on_the_way_is_not_stored()
    {
        await using var cluster = await StartAsync();
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() != Operation.Store)
            {
                return await exchange.DeliverAsync(exchange.Request, cancellationToken);
            }
            var body = await exchange.Request.Body!.ToEndAsync();
            body[^1] ^= 1;
            return await exchange.DeliverAsync(With(exchange.Request, exchange.Request.Head, exchange.Request.Proof, body), cancellationToken);
        };

        await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync(ClusterSteps.Bytes(1000)));

        Assert.That(cluster.Machines.Select(machine => machine.Store.Usage.Replicas), Is.All.Zero);
    }

    [Test]
    public async Task Machine_with_another_key_neither_joins_nor_learns_anything()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4, options =>
        {
            options.IsLoopback = false;
            options.ConfigureMachine = (index, machine) => machine.ClusterKey = index == 3 ? "some other key, long enough" : Key;
        });
        var stored = await cluster[0].StoreAsync([1, 2, 3]);
        var stranger = cluster[3];
        await stranger.MeetPeersAsync();

        var status = stranger.Cluster.Status;
        Assert.Multiple(() =>
        {
            Assert.That(status.Machines.Count(machine => machine.Id is not null), Is.LessThanOrEqualTo(1));
            Assert.That(status.ClusterId, Is.Null);
            Assert.That(stranger.Store.Usage.Replicas, Is.Zero);
            Assert.That(cluster[0].Cluster.Status.Machines.Count(machine => machine.Id is not null), Is.EqualTo(3));
        });
        Assert.That(cluster.HoldersOf(stored.Id), Has.Count.EqualTo(3));
    }

    private static Task<LightDfsTestCluster> StartAsync() => LightDfsTestCluster.StartAsync(3, options =>
    {
        options.IsLoopback = false;
        options.ConfigureMachine = (_, machine) => machine.ClusterKey = Key;
    });

    private static PeerRequest With(PeerRequest request, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> proof, byte[] body) => new()
    {
        Head = head,
        Proof = proof,
        Body = body.Length == 0 ? null : new MemoryStream(body),
        BodyLength = request.BodyLength,
    };

    private static List<string> Held(LightDfsTestCluster cluster) => [.. cluster.Machines.SelectMany(machine => machine.Store.List(null, int.MaxValue).Select(stamp => $"{machine.Index} {stamp}"))];
}
