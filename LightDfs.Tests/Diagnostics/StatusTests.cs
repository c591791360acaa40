using LightDfs.Ring;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Diagnostics;

public sealed class StatusTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Partitions_are_counted_by_how_many_of_their_owners_are_up()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var all = cluster[0].Cluster.Status.PartitionsByLiveOwners;

        await cluster[3].StopAsync();
        await cluster[4].StopAsync();
        await cluster.SettleAsync();

        var ring = cluster[0].Running.Membership.View.Ring;
        var up = cluster.Machines.Take(3).Select(machine => machine.Id).ToHashSet();
        var expected = Enumerable.Range(0, Partitions.Count)
            .CountBy(partition => ring.OwnersOf(partition).ToArray().Count(owner => up.Contains(ring.Members[owner].Id)))
            .ToDictionary();
        Assert.That(all, Is.EqualTo(new[] { 0, 0, 0, Partitions.Count }));
        Assert.That(cluster[0].Cluster.Status.PartitionsByLiveOwners, Is.EqualTo(Enumerable.Range(0, 4).Select(live => expected.GetValueOrDefault(live))));
        Assert.That(expected.Keys, Is.EquivalentTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Partitions_are_counted_anew_only_when_ring_or_liveness_changed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3);
        var first = cluster[0].Cluster.Status.PartitionsByLiveOwners;
        var again = cluster[0].Cluster.Status.PartitionsByLiveOwners;
        await cluster[2].StopAsync();
        await cluster.SettleAsync();
        var without = cluster[0].Cluster.Status.PartitionsByLiveOwners;
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        Assert.That(again, Is.SameAs(first));
        Assert.That(without, Is.EqualTo(new[] { 0, 0, Partitions.Count, 0 }));
        Assert.That(cluster[0].Cluster.Status.PartitionsByLiveOwners, Is.EqualTo(first));
    }

    [Test]
    public async Task Address_that_never_answered_leaves_every_partition_an_owner_short()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => options.OtherPeers.Add("memory://nobody"));

        Assert.That(cluster[0].Cluster.Status.PartitionsByLiveOwners, Is.EqualTo(new[] { 0, 0, Partitions.Count, 0 }));
    }

    [Test]
    public async Task Machine_that_met_nobody_yet_knows_no_owner()
    {
        await using var cluster = LightDfsTestCluster.Create(3);
        await cluster[0].StartAsync();

        Assert.That(cluster[0].Cluster.Status.PartitionsByLiveOwners, Is.EqualTo(new[] { Partitions.Count, 0 }));
    }

    [Test]
    public async Task What_a_machine_holds_is_told_by_itself_and_by_the_others()
    {
        await using var cluster = await StartInStillTimeAsync();
        var kept = (await cluster[0].StoreAsync(new byte[1000])).Id;
        var spoilt = (await cluster[0].StoreAsync(new byte[200])).Id;
        var deleted = (await cluster[0].StoreAsync(new byte[30])).Id;
        await cluster[0].Files.DeleteAsync(deleted);
        cluster[2].Store.FlipByte(spoilt, 0);
        await cluster[2].Store.VerifyAsync(spoilt);
        await cluster[2].Store.VerifyAsync(kept);
        cluster[2].Store.IsFull = true;
        await cluster.SettleAsync();

        foreach (var asked in cluster.Machines)
        {
            var told = Of(cluster[2], asked);
            Assert.That((told.Replicas, told.Damaged, told.Tombstones, told.Bytes), Is.EqualTo(((long?)2, (long?)1, (long?)1, (long?)1200)));
            Assert.That((told.FreeBytes, told.IsFull, told.IsServing, told.Failure), Is.EqualTo(((long?)0, true, true, (string?)null)));
            Assert.That((Of(cluster[1], asked).Damaged, Of(cluster[1], asked).FreeBytes), Is.EqualTo(((long?)0, (long?)long.MaxValue)));
        }
    }

    [Test]
    public async Task Failure_of_a_disk_is_told_by_itself_and_by_the_others()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3);

        cluster[2].Store.Fail("The disk is on fire.");
        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Select(asked => Of(cluster[2], asked).Failure), Is.All.EqualTo("The disk is on fire."));
        Assert.That(cluster.Machines.Select(asked => Of(cluster[1], asked).Failure), Is.All.Null);
        Assert.That(cluster[2].Cluster.Status.Problems, Has.Some.EqualTo("The disk is on fire."));
    }

    [Test]
    public async Task Start_of_a_machine_is_told_by_itself_and_by_the_others_and_changes_with_its_run()
    {
        var time = new FakeTimeProvider(Noon);
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Time = _ => time);
        await cluster[2].StopAsync();
        time.Advance(TimeSpan.FromMinutes(5));
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Select(asked => Of(cluster[2], asked).Started), Is.All.EqualTo(Noon.AddMinutes(5)));
        Assert.That(cluster.Machines.Select(asked => Of(cluster[1], asked).Started), Is.All.EqualTo(Noon));
    }

    [Test]
    public async Task Settings_that_differ_are_named_on_both_sides()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options =>
        {
            options.ConfigureMachine = (index, machine) => machine.Replicas = index == 2 ? 2 : 3;
            options.Ring = index => index == 2 ? new TokenHashRing(1) : new RendezvousHashRing();
        });

        Assert.That(Of(cluster[2], cluster[0]).DifferentSettings, Is.EqualTo("LightDfs:Replicas 2 (here 3), hash ring token/1/v=1 (here rendezvous/1)"));
        Assert.That(Of(cluster[0], cluster[2]).DifferentSettings, Is.EqualTo("LightDfs:Replicas 3 (here 2), hash ring rendezvous/1 (here token/1/v=1)"));
        Assert.That(Of(cluster[1], cluster[0]).DifferentSettings, Is.Null);
        Assert.That(Of(cluster[2], cluster[2]).DifferentSettings, Is.Null);
    }

    [Test]
    public async Task Clock_that_is_off_is_told()
    {
        var times = Enumerable.Range(0, 3).Select(index => new FakeTimeProvider(Noon.AddHours(index == 2 ? 1 : 0))).ToList();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Time = index => times[index]);

        Assert.That(Of(cluster[2], cluster[0]).ClockAhead, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(Of(cluster[0], cluster[2]).ClockAhead, Is.EqualTo(TimeSpan.FromHours(-1)));
        Assert.That(Of(cluster[1], cluster[0]).ClockAhead, Is.EqualTo(TimeSpan.Zero));
        Assert.That(cluster[0].Cluster.Status.Problems, Has.Some.Contains("clock").And.Some.Contains("ahead"));
    }

    [Test]
    public async Task Machine_that_went_down_keeps_what_it_told_last()
    {
        await using var cluster = await StartInStillTimeAsync();
        await cluster[0].StoreAsync(new byte[1000]);
        await cluster.SettleAsync();
        var id = cluster[2].Id;

        await cluster[2].StopAsync();
        await cluster.SettleAsync();

        var told = cluster[0].Cluster.Status.Machines.Single(machine => machine.Id == id);
        Assert.That((told.State, told.Replicas, told.Bytes), Is.EqualTo((MachineState.Down, (long?)1, (long?)1000)));
        Assert.That(told.Why, Does.Contain("nobody listens"));
    }

    /// <summary>Time stands still, so that no owner is ever left out for being slow.</summary>
    private static Task<LightDfsTestCluster> StartInStillTimeAsync()
    {
        var time = new FakeTimeProvider(Noon);
        return LightDfsTestCluster.StartAsync(3, options => options.Time = _ => time);
    }

    private static MachineStatus Of(TestMachine machine, TestMachine asked) => asked.Cluster.Status.Machines.Single(told => told.Id == machine.Id);
}
