using LightDfs.Chance;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Identity;
using LightDfs.Testing.Network;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>How blank machines get their ids, recognise themselves and become one cluster.</summary>
public sealed class StartingTests
{
    [Test]
    public async Task Three_blank_machines_become_one_cluster_that_agrees_on_everything()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();

        var views = cluster.Machines.Select(machine => machine.Cluster.Status).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(views.Select(view => view.IsReady), Is.All.True);
            Assert.That(views.Select(view => view.Self).Distinct().Count(), Is.EqualTo(3));
            Assert.That(views.Select(view => view.ClusterId).Distinct().Count(), Is.EqualTo(1));
            Assert.That(views.Select(view => view.RingFingerprint).Distinct().Count(), Is.EqualTo(1));
            Assert.That(views.Select(view => view.Machines.Select(machine => machine.Id)), Is.All.EqualTo(views.Select(view => view.Self).Order()));
            Assert.That(views.SelectMany(view => view.Problems), Is.Empty);
        });
    }

    [Test]
    public async Task Machine_without_peers_serves_as_soon_as_it_is_started()
    {
        await using var cluster = LightDfsTestCluster.Create(1);
        cluster[0].Peers = [];

        await cluster[0].StartAsync();

        Assert.That(cluster[0].Cluster.Status.IsReady, Is.True);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));
        Assert.That(await cluster[0].Files.FindAsync(stored.Id), Is.Not.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Peer_source_that_hangs_or_throws_keeps_no_machine_from_starting(bool hangs)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new Mock<IPeerSource>(MockBehavior.Strict);
        source.Setup(s => s.GetPeersAsync(It.IsAny<CancellationToken>())).Returns(() =>
        {
            asked.TrySetResult();
            return hangs ? new ValueTask<IReadOnlyList<string>>(new TaskCompletionSource<IReadOnlyList<string>>().Task) : throw new InvalidOperationException("broken by the test");
        });
        await using var machine = new LightDfsMachine(new LightDfsMachineParts(
            new LightDfsOptions(), new InMemoryReplicaStore(), new InMemoryMachineIdentityStore(), new RendezvousHashRing(), new InMemoryNetwork().CreateTransport("memory://a"), source.Object,
            time, RandomSource.Strong, NullLoggerFactory.Instance));

        var start = machine.StartAsync(CancellationToken.None);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        time.Advance(ControlTimeouts.PeerSource);
        await start.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(machine.Cluster.Status.IsReady, Is.False);
    }

    [Test]
    public async Task Of_two_proposals_at_once_the_first_is_kept_and_both_askers_learn_it()
    {
        await using var cluster = LightDfsTestCluster.Create();
        var proposals = 0;
        var bothProposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.To == cluster[2].Address && OperationOf(exchange.Request) == Operation.Propose)
            {
                // Both made their proposals, so neither has heard of the other's.
                if (Interlocked.Increment(ref proposals) == 2)
                {
                    bothProposed.SetResult();
                }
                await bothProposed.Task.WaitAsync(cancellationToken);
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }

        await Task.WhenAll(cluster[0].MeetPeersAsync(), cluster[1].MeetPeersAsync());
        await cluster.SettleAsync();

        Assert.That(proposals, Is.EqualTo(2));
        Assert.That(await cluster[2].Identity.LoadAsync(), Is.EqualTo(cluster[2].Id));
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Machines.Select(known => known.Id)), Is.All.EqualTo(cluster.Machines.Select(machine => (MachineId?)machine.Id).Order()));
    }

    [Test]
    public async Task Machine_without_id_proposes_to_itself_only_after_a_whole_round()
    {
        await using var cluster = LightDfsTestCluster.Create();
        var early = new List<MachineId?>();
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (OperationOf(exchange.Request) == Operation.WhoAreYou)
            {
                early.Add(await cluster[0].Identity.LoadAsync(cancellationToken));
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
        await cluster[0].StartAsync();
        Assert.That(cluster[0].Cluster.Status.NotReadyBecause, Does.Contain("no id"));

        await cluster[0].MeetPeersAsync();

        Assert.That(early, Is.Not.Empty.And.All.Null);
        Assert.That(cluster[0].Cluster.Status.Self, Is.Not.Null);
    }

    [Test]
    public async Task Machine_recognises_itself_in_the_list()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();

        foreach (var machine in cluster.Machines)
        {
            Assert.That(machine.Cluster.Status.Machines.Single(known => known.IsSelf).Addresses, Is.EqualTo(new[] { machine.Address }));
        }
    }

    [Test]
    public async Task Two_listed_addresses_of_one_machine_are_one_machine()
    {
        await using var cluster = LightDfsTestCluster.Create(3, options => options.OtherPeers.Add("memory://alias"));
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        cluster.Network.Attach("memory://alias", cluster[0].Running.PeerHandler);

        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(3));
        Assert.That(cluster[0].Cluster.Status.Machines.Single(known => known.IsSelf).Addresses, Is.EquivalentTo(new[] { cluster[0].Address, "memory://alias" }));
        Assert.That(cluster[1].Cluster.Status.Machines.Single(known => known.Id == cluster[0].Id).Addresses, Is.EquivalentTo(new[] { cluster[0].Address, "memory://alias" }));
    }

    [Test]
    public async Task Misdirected_request_corrects_the_maps_and_the_next_reaches_the_right_machine()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));
        cluster.Network.Attach(cluster[1].Address, cluster[2].Running.PeerHandler);
        cluster.Network.Attach(cluster[2].Address, cluster[1].Running.PeerHandler);

        await cluster.SettleAsync();

        Assert.That(cluster[0].Running.Directory.Of(cluster[1].Id).View.Address, Is.EqualTo(cluster[2].Address));
        Assert.That(cluster[0].Running.Directory.Of(cluster[2].Id).View.Address, Is.EqualTo(cluster[1].Address));
        Assert.That((await cluster[0].Files.FindAsync(stored.Id))!.Id, Is.EqualTo(stored.Id));
        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([4]))).Copies, Is.EqualTo(3));
    }

    [Test]
    public async Task Ids_and_membership_outlive_a_restart_of_all()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var before = cluster.Machines.Select(machine => machine.Cluster.Status).ToList();
        foreach (var machine in cluster.Machines)
        {
            await machine.StopAsync();
        }
        await cluster[0].StartAsync();

        Assert.That(cluster[0].Cluster.Status.Machines.Select(machine => machine.Id), Is.EqualTo(before[0].Machines.Select(machine => machine.Id)));
        await cluster[1].StartAsync();
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        var after = cluster.Machines.Select(machine => machine.Cluster.Status).ToList();
        Assert.That(after.Select(view => (view.Self, view.ClusterId, view.RingFingerprint, view.IsReady)), Is.EqualTo(before.Select(view => (view.Self, view.ClusterId, view.RingFingerprint, true))));
    }

    private static Operation OperationOf(PeerRequest request) => (Operation)request.Head.Span[1];
}
