using LightDfs.Ring;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Membership;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>Commands that change who belongs: what they plan, what they do, and what is refused with which reason.</summary>
public sealed class MembershipCommandTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task Plan_of_a_drain_names_what_moves_and_changes_nothing()
    {
        await using var cluster = await FilledAsync(4, 40);
        var drained = cluster[3];
        var before = cluster[0].Cluster.Status.RingFingerprint;

        var plan = await cluster[0].Cluster.PlanAsync(MembershipChange.Drain(drained.Id));

        Assert.That(plan.Refusals, Is.Empty);
        Assert.That(plan.TotalBytes, Is.EqualTo(drained.Store.Usage.Bytes).And.Positive, "all that it holds gets one new owner");
        Assert.That(plan.Moves.Sum(move => move.Replicas), Is.EqualTo(drained.Store.Usage.Replicas));
        Assert.That(plan.Moves.Select(move => move.To), Has.None.EqualTo(drained.Id));
        Assert.That(plan.LowestCopies, Is.EqualTo(3));
        Assert.That(cluster[0].Cluster.Status.RingFingerprint, Is.EqualTo(before));
    }

    [Test]
    public async Task Drained_machine_leaves_the_ring_answers_reads_and_comes_back_when_it_is_cancelled()
    {
        await using var cluster = await FilledAsync(4, 10);
        var drained = cluster[3];
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(drained.Id));
        await cluster.SettleAsync();

        Assert.That(Enumerable.Range(0, 4).Select(index => cluster.IsInRing(index, drained.Id)), Is.All.False);
        Assert.That(Of(drained, cluster[0]).Intent, Is.EqualTo(MachineIntent.Draining));
        Assert.That(Of(drained, cluster[0]).Why, Does.Contain($"it hands over {drained.Store.Usage.Replicas} replicas"));
        Assert.That(await cluster[0].ReadAsync(drained.Store.List(null, 1)[0].Id), Is.Not.Null);
        var replicas = drained.Store.Usage.Replicas;
        await cluster[0].StoreAsync(new byte[10]);
        Assert.That(drained.Store.Usage.Replicas, Is.EqualTo(replicas), "nothing new goes there");

        await cluster[1].Cluster.ApplyAsync(MembershipChange.CancelDrain(drained.Id));
        await cluster.SettleAsync();
        Assert.That(cluster.IsInRing(0, drained.Id), Is.True);
    }

    [Test]
    public async Task Machine_that_holds_nothing_any_more_says_that_it_is_drained()
    {
        await using var cluster = await FilledAsync(4, 0);

        await cluster[0].Cluster.ApplyAsync(MembershipChange.Drain(cluster[3].Id));
        await cluster.SettleAsync();

        Assert.That(Of(cluster[3], cluster[0]).Why, Does.StartWith("it is drained: it holds nothing any more"));
    }

    [Test]
    public async Task Last_active_machine_is_not_drained_removed_or_replaced()
    {
        await using var cluster = await FilledAsync(1, 3);

        await RefusedAsync(cluster[0], MembershipChange.Drain(cluster[0].Id), "is the last active one");
        await RefusedAsync(cluster[0], MembershipChange.Remove(cluster[0].Id), "is the last active one");
        Assert.That(Of(cluster[0], cluster[0]).Intent, Is.EqualTo(MachineIntent.Active));
    }

    [Test]
    public async Task Machine_that_nobody_knows_is_refused() =>
        await RefusedAsync((await FilledAsync(1, 0))[0], MembershipChange.Drain(new MachineId(7)), "is known here");

    [Test]
    public async Task Last_holder_of_a_file_is_not_removed_and_the_number_of_partitions_is_said()
    {
        await using var cluster = await FilledAsync(4, 10);
        var only = FileId.New();
        await cluster[3].PlantAsync(only, TestReplica.Of(100, 5));

        await RefusedAsync(cluster[0], MembershipChange.Remove(cluster[3].Id), "holds 1 partitions that no other machine that answers holds alike");
        await RefusedAsync(cluster[3], MembershipChange.Remove(cluster[3].Id), "Drain it instead");
    }

    [Test]
    public async Task Machine_is_not_removed_while_others_hold_something_else_of_one_of_its_partitions()
    {
        await using var cluster = await FilledAsync(4, 0);
        var (everywhere, only) = (FileId.New(), FileId.New());
        while (Partitions.Of(only) != Partitions.Of(everywhere))
        {
            only = FileId.New();
        }
        await cluster.Machines.PlantAsync(everywhere, TestReplica.Of(100, 5));
        await cluster[3].PlantAsync(only, TestReplica.Of(100, 6));

        await RefusedAsync(cluster[0], MembershipChange.Remove(cluster[3].Id), "holds 1 partitions that no other machine that answers holds alike");

        Assert.That((await cluster[0].Cluster.PlanAsync(MembershipChange.Remove(cluster[2].Id))).Refusals, Is.Empty, "one that others hold alike may go");
    }

    [Test]
    public async Task Machine_whose_files_others_hold_alike_is_removed()
    {
        await using var cluster = await FilledAsync(3, 10);

        var plan = await cluster[0].Cluster.ApplyAsync(MembershipChange.Remove(cluster[2].Id));
        await cluster.SettleAsync();

        Assert.That(plan.LowestCopies, Is.EqualTo(2));
        Assert.That(plan.Warnings, Has.Some.Contains("2 copies, not 3"));
        Assert.That(cluster[1].Cluster.Status.Members, Is.EqualTo(2));
        Assert.That(Of(cluster[2], cluster[2]).Why, Does.StartWith("it was removed"));
        await RefusedAsync(cluster[0], MembershipChange.Restore(cluster[2].Id), "still holds 10 replicas, and some may have been deleted since it was removed");
        await cluster.ReconcileAsync();
        await cluster.SettleAsync();
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Restore(cluster[2].Id));
        await cluster.SettleAsync();
        Assert.That(cluster[2].Cluster.Status.Members, Is.EqualTo(3));
    }

    [Test]
    public async Task Dead_machine_is_removed_only_while_all_others_answer()
    {
        await using var cluster = await FilledAsync(4, 10);
        var (dead, silent) = (cluster[3].Id, cluster[2].Id);
        await cluster[3].KillAsync();
        await cluster[2].KillAsync();
        await cluster.SettleAsync();
        await RefusedAsync(cluster[0], MembershipChange.Remove(dead), $"'{silent}' does not answer, so what only they hold cannot be known");

        await cluster[2].StartAsync();
        await cluster.SettleAsync();
        var plan = await cluster[0].Cluster.ApplyAsync(MembershipChange.Remove(dead));

        Assert.That(plan.LowestCopies, Is.GreaterThanOrEqualTo(2));
        Assert.That(cluster[0].Cluster.Status.Members, Is.EqualTo(3));
    }

    [Test]
    public async Task Of_three_machines_two_that_are_lost_are_removed_one_after_the_other_and_the_last_goes_on()
    {
        await using var cluster = await FilledAsync(3, 10);
        var (one, other) = (cluster[1].Id, cluster[2].Id);
        var files = await cluster[0].ListAsync();
        await cluster[1].KillAsync();
        await cluster[2].KillAsync();
        await cluster.SettleAsync();
        await RefusedAsync(cluster[0], MembershipChange.Remove(one), "remove it all the same by MembershipChange.Remove with acceptSilence");
        await RefusedAsync(cluster[0], MembershipChange.Replace(one), $"'{other}' does not answer");

        var first = await cluster[0].Cluster.ApplyAsync(MembershipChange.Remove(one, acceptSilence: true));
        await cluster.SettleAsync();
        var second = await cluster[0].Cluster.ApplyAsync(MembershipChange.Remove(other));
        await cluster.SettleAsync();

        Assert.That((first.LowestCopies, second.LowestCopies), Is.EqualTo(((int?)1, (int?)1)));
        Assert.That(first.Warnings, Has.Some.EqualTo($"Machine '{other}' is silent: what only it holds is not counted.").And.Some.Contains($"only machine '{one}' held"));
        Assert.That(second.Warnings, Has.None.Contains("is silent"));
        Assert.That(cluster[0].Cluster.Status.Members, Is.EqualTo(1));
        Assert.That(await cluster[0].ListAsync(), Has.Count.EqualTo(files.Count));
        Assert.That(await cluster[0].Files.FindAsync(FileId.New(_time)), Is.Null, "nobody is waited for");
        await cluster[0].StoreAsync([1, 2, 3]);
        await RefusedAsync(cluster[0], MembershipChange.Remove(cluster[0].Id, acceptSilence: true), "is the last active one");
    }

    [Test]
    public async Task Silence_is_accepted_for_a_machine_that_is_down_only_and_never_costs_one_that_answers_its_last_copy()
    {
        await using var cluster = await FilledAsync(4, 10);
        var only = FileId.New();
        await cluster[2].PlantAsync(only, TestReplica.Of(100, 5));
        await cluster[3].KillAsync();
        await cluster.SettleAsync();

        await RefusedAsync(cluster[0], MembershipChange.Remove(cluster[2].Id, acceptSilence: true), "holds 1 partitions that no other machine that answers holds alike");
    }

    [Test]
    public async Task Machine_is_not_removed_where_only_silent_and_draining_ones_would_be_left()
    {
        await using var cluster = await FilledAsync(3, 0);
        var (draining, dead) = (cluster[0], cluster[1].Id);
        await draining.Cluster.ApplyAsync(MembershipChange.Drain(draining.Id));
        await cluster.SettleAsync();
        await cluster[1].KillAsync();
        await cluster[2].KillAsync();
        await cluster.SettleAsync();

        await RefusedAsync(draining, MembershipChange.Remove(dead, acceptSilence: true), "no active one answers");
    }

    [Test]
    public async Task Machine_with_data_replaces_nobody_and_one_without_does()
    {
        await using var cluster = await FilledAsync(3, 10);
        var (dead, full) = (cluster[2].Id, cluster[1].Id);
        var fresh = cluster.AddMachine("memory://fresh");
        await fresh.StartAsync();
        await cluster.SettleAsync();
        await RefusedAsync(cluster[0], MembershipChange.Replace(dead, fresh.Id), "is up: only one that is down is replaced");
        await cluster[2].KillAsync();
        await cluster.SettleAsync();

        await RefusedAsync(cluster[0], MembershipChange.Replace(dead, full), "a machine with data replaces none");
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Replace(dead, fresh.Id));
        await cluster.SettleAsync();

        Assert.That(cluster[0].Cluster.Status.Members, Is.EqualTo(3));
    }

    [Test]
    public async Task Machine_that_knows_only_deletes_replaces_a_dead_one()
    {
        await using var cluster = await FilledAsync(3, 10);
        var dead = cluster[2].Id;
        var fresh = await WithFreshMachineInsteadOfTheLastAsync(cluster);
        await fresh.Store.DeleteAsync(FileId.New(), _time.GetUtcNow());
        await cluster.SettleAsync();

        await cluster[0].Cluster.ApplyAsync(MembershipChange.Replace(dead, fresh.Id));

        Assert.That(fresh.Store.Usage.Tombstones, Is.EqualTo(1), "what is deleted is nobody's last copy");
    }

    [Test]
    public async Task Machine_that_holds_only_a_damaged_copy_replaces_nobody_also_where_it_is_asked_itself([Values] bool itself)
    {
        await using var cluster = await FilledAsync(3, 10);
        var dead = cluster[2].Id;
        var fresh = await WithFreshMachineInsteadOfTheLastAsync(cluster);
        var damaged = FileId.New();
        await fresh.PlantAsync(damaged, TestReplica.Of(100_000, 5));
        fresh.Damage(damaged);
        await fresh.Store.VerifyAsync(damaged);
        await cluster.SettleAsync();

        await RefusedAsync(itself ? fresh : cluster[0], MembershipChange.Replace(dead, fresh.Id), "a machine with data replaces none");
    }

    [Test]
    public async Task Blank_machine_at_a_dead_ones_address_gets_an_id_and_joins_once_the_dead_one_is_replaced()
    {
        await using var cluster = await FilledAsync(3, 10);
        var dead = cluster[2].Id;
        await cluster[2].KillAsync();
        cluster[2].LoseDisk();
        await cluster[2].StartAsync();
        await cluster.SettleAsync();
        Assert.That(cluster[0].Cluster.Status.Problems, Has.One.Contains("or replace it by the empty one"));

        await cluster[0].Cluster.ApplyAsync(MembershipChange.Replace(dead));
        await cluster.SettleAsync();

        Assert.That(cluster[2].Id, Is.Not.EqualTo(dead));
        Assert.That(cluster[2].Cluster.Status.IsReady, Is.True);
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(3));
    }

    [Test]
    public async Task Machine_away_on_purpose_is_not_out_until_its_time_is_over([Values] bool saidByAnother)
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        var away = cluster[3].Id;
        await cluster[saidByAnother ? 0 : 3].Cluster.ApplyAsync(MembershipChange.Away(away, TimeSpan.FromMinutes(3)));
        await cluster.SettleAsync();
        Assert.That(Of(cluster[3], cluster[1]).AwayUntil, Is.EqualTo(_time.GetUtcNow().AddMinutes(3)));
        Assert.That(Of(cluster[3], cluster[1]).Why, Does.Contain("away on purpose until"));
        await cluster[3].StopAsync();

        await cluster.PassAsync(_time, TimeSpan.FromMinutes(2.5));
        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
        await cluster.PassAsync(_time, TimeSpan.FromMinutes(1));

        Assert.That(cluster.OutAsSeenBy(0), Is.EqualTo(new[] { away }));
        Assert.That(cluster[0].Cluster.Status.Machines.Single(machine => machine.Id == away).Why, Does.StartWith("it is out: more than half of the 4 machines had not reached it for 1 min"));
    }

    [Test]
    public async Task Machine_that_is_back_is_away_no_more_and_one_that_is_down_cannot_be_told()
    {
        await using var cluster = await LostMachines.StartAsync(4, _time);
        var id = cluster[3].Id;
        await cluster[0].Cluster.ApplyAsync(MembershipChange.Away(id, TimeSpan.FromHours(1)));
        await cluster[1].Cluster.ApplyAsync(MembershipChange.Back(id));
        await cluster.SettleAsync();
        Assert.That(Of(cluster[3], cluster[0]).AwayUntil, Is.Null);
        await cluster[3].KillAsync();
        await cluster.SettleAsync();

        await RefusedAsync(cluster[0], MembershipChange.Away(id, TimeSpan.FromHours(1)), "is down, and only it can say");
    }

    private async Task<LightDfsTestCluster> FilledAsync(int machines, int files)
    {
        var cluster = await LostMachines.StartAsync(machines, _time);
        for (var file = 0; file < files; file++)
        {
            await cluster[file % machines].StoreAsync(ClusterSteps.Bytes(100 + file, file));
        }
        return cluster;
    }

    /// <summary>The last machine dies, and an empty one is there.</summary>
    private static async Task<TestMachine> WithFreshMachineInsteadOfTheLastAsync(LightDfsTestCluster cluster)
    {
        var fresh = cluster.AddMachine("memory://fresh");
        await fresh.StartAsync();
        await cluster[2].KillAsync();
        await cluster.SettleAsync();
        return fresh;
    }

    private static async Task RefusedAsync(TestMachine machine, MembershipChange change, string reason)
    {
        var map = machine.Running.Membership.View.Map;
        var thrown = await Assert.ThrowsAsync<MembershipChangeRefusedException>(() => machine.Cluster.ApplyAsync(change));

        Assert.That(thrown!.Plan.Refusals, Has.Some.Contains(reason));
        Assert.That(thrown.Message, Does.Contain(reason));
        Assert.That(machine.Running.Membership.View.Map, Is.SameAs(map), "nothing was changed");
    }

    private static MachineStatus Of(TestMachine machine, TestMachine asked) => asked.Cluster.Status.Machines.Single(told => told.Id == machine.Id);
}
