using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Repair.Rounds;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Testing.Time;
using LightDfs.Tests.Cluster;
using LightDfs.Tests.Repair;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P4: what was deleted, and the delete of which nobody remembers any more, does not return with a machine that was removed, or with an old copy of a disk.</summary>
public sealed class P4_ForgottenDeletesTests
{
    private readonly SimulatedTime _time = new();

    [Test]
    public async Task Removed_machine_that_comes_back_with_a_forgotten_file_sets_it_aside()
    {
        await using var cluster = await Days.StartAsync(4, _time);
        var gone = cluster[3];
        var (deleted, kept) = await StoreTwoOnAsync(cluster, gone);
        var id = gone.Id;
        await gone.StopAsync();
        await cluster.SettleAsync();
        await RemoveAsync(cluster, id);
        await ForgetAsync(cluster, deleted);

        await gone.StartAsync();
        await cluster.ReconcileAsync();

        Assert.That(cluster.HoldersOf(deleted), Is.Empty);
        Assert.That(gone.Cluster.SetAside.Select(aside => aside.Id), Is.EqualTo(new[] { deleted }));
        foreach (var machine in cluster.Machines.Take(3))
        {
            Assert.That(await machine.Files.FindAsync(deleted), Is.Null);
            Assert.That((await machine.ListAsync()).Select(file => file.Id), Is.EqualTo(new[] { kept }));
        }
    }

    [Test]
    public async Task Drained_machine_that_was_removed_while_it_was_cut_off_hears_of_it_before_it_gives_anything()
    {
        await using var cluster = await Days.StartAsync(4, _time);
        var gone = cluster[3];
        var (deleted, _) = await StoreTwoOnAsync(cluster, gone);
        var id = gone.Id;
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(id));
        await cluster.SettleAsync();
        gone.TakeDown();
        await cluster.SettleAsync();
        await RemoveAsync(cluster, id);
        await ForgetAsync(cluster, deleted);
        Assert.That(gone.Running.Membership.View.Ring.Fingerprint, Is.EqualTo(cluster[0].Running.Membership.View.Ring.Fingerprint), "the ring does not tell them apart");

        gone.BringUp();
        cluster.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() == Operation.Membership
            ? throw exchange.Lost("the request")
            : exchange.DeliverAsync(exchange.Request, cancellationToken);
        await gone.Running.Discovery.RoundAsync(CancellationToken.None);
        await gone.ReconcileAsync();

        Assert.That(gone.Running.Reconciler.Last!.Failures, Is.Empty, "it was confirmed what it asked");
        Assert.That(cluster.HoldersOf(deleted), Is.Empty);
        Assert.That(gone.Cluster.SetAside.Select(aside => aside.Id), Is.EqualTo(new[] { deleted }));
    }

    [Test]
    public async Task Old_disk_of_a_drained_machine_brings_nothing_back()
    {
        await using var cluster = await Days.StartAsync(4, _time);
        var drained = cluster[3];
        var (deleted, kept) = await StoreTwoOnAsync(cluster, drained);
        await cluster.PassDaysAsync(_time, 0.25);
        var rounds = (await drained.Store.LoadDocumentAsync(RoundsDocument.Name))!.Value;
        var copies = new[] { (deleted, await CopyOfAsync(drained, deleted)), (kept, await CopyOfAsync(drained, kept)) };
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(drained.Id));
        await cluster.ReconcileAsync();
        Assert.That(drained.StateOf(deleted), Is.Null, "handed over");
        await ForgetAsync(cluster, deleted);

        await drained.StopAsync();
        await drained.Store.OpenAsync();
        foreach (var (id, copy) in copies)
        {
            await drained.PlantAsync(id, copy);
        }
        await drained.Store.SaveDocumentAsync(RoundsDocument.Name, rounds);
        await drained.Store.DisposeAsync();
        await drained.StartAsync();
        await cluster.ReconcileAsync();

        Assert.That(cluster.HoldersOf(deleted), Is.Empty);
        Assert.That(drained.Cluster.SetAside.Select(aside => aside.Id), Is.EqualTo(new[] { deleted }));
        Assert.That((drained.StateOf(kept), cluster.HoldersOf(kept).Count), Is.EqualTo(((ReplicaState?)null, 3)), "what its owners know is let go of as ever");
    }

    [Test]
    public async Task Delete_is_kept_while_a_machine_that_answers_finishes_no_round()
    {
        await using var cluster = await Days.StartAsync(3, _time);
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        await cluster[0].Files.DeleteAsync(stored.Id);

        for (var hours = 0; hours < 5 * 24; hours += 6)
        {
            await _time.AdvanceAsync(TimeSpan.FromHours(6));
            await cluster.SettleAsync();
            await cluster[0].ReconcileAsync();
            await cluster[1].ReconcileAsync();
        }
        var before = cluster.Machines.Select(machine => machine.Store.Find(stored.Id)!.Value.IsForgotten).ToList();
        await cluster.PassDaysAsync(_time, 3.5);

        Assert.That(before, Is.All.False, "it is up, but what it holds has not been compared");
        Assert.That(cluster.Machines.Select(machine => machine.StateOf(stored.Id)), Is.All.Null, "once it has, nobody needs the delete");
    }

    [Test]
    public async Task Delete_is_kept_while_a_machine_is_away_that_owns_nothing_any_more_and_ends_what_that_one_brings()
    {
        await using var cluster = await Days.StartAsync(4, _time);
        var away = cluster[3];
        var (deleted, kept) = await StoreTwoOnAsync(cluster, away);
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(away.Id));
        await cluster.SettleAsync();
        await away.StopAsync();
        await cluster.SettleAsync();
        await cluster[0].Files.DeleteAsync(deleted);

        // All owners hold the delete, and are here: only the round of the one that is away is missing.
        await cluster.PassDaysAsync(_time, 7);
        var before = cluster.Machines.Take(3).Select(machine => machine.Store.Find(deleted)).ToList();
        await away.StartAsync();
        await cluster.ReconcileAsync();

        Assert.That(before.Select(tombstone => tombstone is { State: ReplicaState.Deleted, IsForgotten: false }), Is.All.True, "by age alone nothing is forgotten");
        Assert.That(cluster.HoldersOf(deleted), Is.Empty);
        Assert.That((away.Store.Usage.Replicas, away.Cluster.SetAside.Count, cluster.HoldersOf(kept).Count), Is.EqualTo((0L, 0, 3)));
    }

    /// <summary>Two files that a machine owns, so that it holds both.</summary>
    private static async Task<(FileId Deleted, FileId Kept)> StoreTwoOnAsync(LightDfsTestCluster cluster, TestMachine machine)
    {
        var held = new List<FileId>();
        while (held.Count < 2)
        {
            var id = (await cluster[0].StoreAsync(ClusterSteps.Bytes(1000, held.Count))).Id;
            if (machine.StateOf(id) == ReplicaState.Present)
            {
                held.Add(id);
            }
            else
            {
                await cluster[0].Files.DeleteAsync(id);
            }
        }
        return (held[0], held[1]);
    }

    private static async Task RemoveAsync(LightDfsTestCluster cluster, MachineId machine) => await cluster[0].Cluster.ApplyAsync(MembershipChange.Remove(machine));

    private async Task ForgetAsync(LightDfsTestCluster cluster, FileId id)
    {
        await cluster[0].Files.DeleteAsync(id);
        await cluster.PassDaysAsync(_time, 7);
        Assert.That(cluster.Machines.Take(3).Select(machine => machine.StateOf(id)), Is.All.Null, "forgotten, and removed");
    }

    private static async Task<TestReplica> CopyOfAsync(TestMachine machine, FileId id)
    {
        await using var reader = await machine.Store.OpenReplicaAsync(id);
        var content = new byte[reader!.Record.ReplicaLength];
        await reader.ReadAsync(0, content);
        return new TestReplica(content, reader.Record);
    }
}
