using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>What a machine holds without owning it goes home, and is let go of only when it is safe there.</summary>
public sealed class HandoverTests
{
    [Test]
    public async Task Drained_machine_hands_over_all_that_it_holds()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var stored = await cluster[0].StoreManyAsync(30);
        await cluster[0].Files.DeleteAsync(stored[0]);
        var drained = cluster[3];

        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(drained.Id));
        await cluster.ReconcileAsync();

        Assert.That((drained.Store.Usage.Replicas, drained.Store.Usage.Tombstones), Is.EqualTo((0L, 0L)));
        foreach (var id in stored.Skip(1))
        {
            Assert.That(cluster.HoldersOf(id), Is.EquivalentTo(cluster.Machines.Take(3)));
        }
        Assert.That(drained.Cluster.Status.Repair, Has.Property(nameof(RepairStatus.Strays)).Zero.And.Property(nameof(RepairStatus.IsDone)).True);
    }

    [Test]
    public async Task Removed_machine_that_comes_back_gives_what_is_known_and_sets_the_rest_aside()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var stored = await cluster[0].StoreManyAsync(12);
        var gone = cluster[3];
        var (onlyThere, tooFew) = (FileId.New(), stored.First(id => gone.StateOf(id) == ReplicaState.Present));
        await gone.PlantAsync(onlyThere, TestReplica.Of(500));
        var removed = gone.Id;
        await RemoveWhileDownAsync(cluster, gone);
        await LoseAsync(cluster.Machines.First(machine => machine.StateOf(tooFew) == ReplicaState.Present), tooFew);

        await gone.StartAsync();
        await cluster.ReconcileAsync();

        Assert.That(cluster[0].Running.Membership.View.Ring.Members.ToArray().Select(member => member.Id), Does.Not.Contain(removed));
        Assert.That(gone.Cluster.SetAside.Select(aside => aside.Id), Is.EqualTo(new[] { onlyThere }));
        Assert.That(cluster.HoldersOf(onlyThere), Is.Empty);
        Assert.That(cluster.HoldersOf(tooFew), Is.EquivalentTo(cluster.Machines.Take(3)), "an owner knew it, so it was given back");
        Assert.That(gone.Store.Usage.Replicas, Is.Zero);
        Assert.That(await cluster[0].Files.FindAsync(onlyThere), Is.Null);
    }

    [Test]
    public async Task Removed_machine_gives_its_copy_to_owners_of_which_one_has_it_damaged_only()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var stored = await cluster[0].StoreManyAsync(12);
        var gone = cluster[3];
        var id = stored.First(file => gone.StateOf(file) == ReplicaState.Present);
        await RemoveWhileDownAsync(cluster, gone);
        cluster[0].Damage(id);
        await cluster[0].Store.VerifyAsync(id);
        await LoseAsync(cluster[1], id);
        await LoseAsync(cluster[2], id);

        await gone.StartAsync();
        await cluster.ReconcileAsync();

        Assert.That(gone.Cluster.SetAside, Is.Empty, "a damaged copy is known, not unknown");
        Assert.That(cluster.HoldersOf(id), Is.EquivalentTo(cluster.Machines.Take(3)));
        Assert.That(cluster[0].StateOf(id), Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Owners_take_nothing_unknown_from_a_machine_that_has_not_heard_that_it_was_removed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var gone = cluster[3];
        var onlyThere = FileId.New();
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(gone.Id));
        await cluster.SettleAsync();
        await gone.PlantAsync(onlyThere, TestReplica.Of(500));
        foreach (var machine in cluster.Machines.Take(3))
        {
            await machine.Running.Membership.ChangeAsync(map => map.WithWanted(gone.Id, WantedState.Removed), CancellationToken.None);
        }

        await PassAsync(gone);

        Assert.That(gone.Running.Membership.View.IsRemoved(gone.Id), Is.False, "it has not heard of it yet");
        Assert.That(cluster.HoldersOf(onlyThere), Is.EqualTo(new[] { gone }));
    }

    [Test]
    public async Task Owners_do_not_read_what_they_hold_while_too_few_answer_for_a_drop()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order.PlantAsync(id, TestReplica.Of(500));
        order[0].Damage(id);
        order[1].TakeDown();
        await cluster.SettleAsync();

        await PassAsync(order[3]);
        var unread = await order[0].Store.VerifyAsync(id);
        order[1].BringUp();
        await cluster.SettleAsync();
        await PassAsync(order[3]);

        Assert.That(unread?.State, Is.EqualTo(ReplicaState.Damaged), "nobody had read its pages, and so nobody had replaced it");
        Assert.That((await order[0].Store.VerifyAsync(id))?.State, Is.EqualTo(ReplicaState.Present));
        Assert.That(order[3].StateOf(id), Is.Null);
    }

    [Test]
    public async Task Nothing_is_let_go_of_when_the_ring_is_swapped_after_the_question()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order.PlantAsync(id, TestReplica.Of(500));
        var stray = order[3];
        var isSwapped = false;
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            if (exchange.Asks() == Operation.Confirm && exchange.To == order[2].Address && !isSwapped)
            {
                isSwapped = true;
                // There and back: the members are the same again, and still it is another ring.
                var membership = stray.Running.Membership;
                await membership.ChangeAsync(map => map.WithWanted(order[0].Id, WantedState.Draining), cancellationToken);
                await membership.ChangeAsync(map => map.WithWanted(order[0].Id, WantedState.Active), cancellationToken);
            }
            return reply;
        };

        await stray.ReconcileAsync();

        Assert.That(isSwapped, Is.True);
        Assert.That(stray.StateOf(id), Is.EqualTo(ReplicaState.Present));
        cluster.Network.Interceptor = null;
        await cluster.ReconcileAsync();
        Assert.That(stray.StateOf(id), Is.Null);
    }

    [Test]
    public async Task Owner_with_another_ring_confirms_nothing()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order.PlantAsync(id, TestReplica.Of(500));
        await order[2].Running.Membership.ChangeAsync(map => map.WithWanted(order[0].Id, WantedState.Draining), CancellationToken.None);

        var pass = await PassAsync(order[3]);

        Assert.That(order[3].StateOf(id), Is.EqualTo(ReplicaState.Present));
        Assert.That(pass.Failures[order[2].Id], Does.Contain("its ring is another one"));
    }

    private static async Task RemoveWhileDownAsync(LightDfsTestCluster cluster, TestMachine machine)
    {
        var id = machine.Id;
        await machine.StopAsync();
        await cluster.SettleAsync();
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Remove(id));
        await cluster.ReconcileAsync();
    }

    private static async Task LoseAsync(TestMachine machine, FileId id) => await machine.Store.RemoveAsync(machine.Store.Find(id)!.Value, () => true);

    private static async Task<LightDfs.Repair.PassResult> PassAsync(TestMachine machine)
    {
        machine.Running.Recent.Clear();
        return (await machine.Running.Reconciler.PassAsync(CancellationToken.None))!;
    }
}
