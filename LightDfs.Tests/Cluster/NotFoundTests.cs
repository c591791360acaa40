using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>"Not found" is proven, or it is not said.</summary>
public sealed class NotFoundTests
{
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(5)]
    public async Task Unknown_id_is_absent_when_every_machine_said_no(int machines)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(machines);
        var unknown = FileId.New();

        Assert.That(await cluster[0].Files.OpenAsync(unknown), Is.Null);
        Assert.That(await cluster[0].Files.FindAsync(unknown), Is.Null);
        Assert.That(await cluster[0].Files.DeleteAsync(unknown), Is.False);
    }

    [Test]
    public async Task Unknown_id_is_unavailable_while_a_member_is_silent_though_it_is_no_owner()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var unknown = FileId.New();
        var silent = cluster.PreferenceOf(unknown)[4];
        silent.TakeDown(cluster);
        var asked = cluster.PreferenceOf(unknown)[0];

        var open = await Assert.ThrowsAsync<FileUnavailableException>(() => asked.Files.OpenAsync(unknown));
        await Assert.ThrowsAsync<FileUnavailableException>(() => asked.Files.FindAsync(unknown));

        Assert.That(open.File, Is.EqualTo(unknown));
        Assert.That(open.Unanswered.Single().Machine, Is.EqualTo(silent.Id));
        Assert.That(open.Message, Does.Contain(silent.Address));
    }

    [Test]
    public async Task Unknown_id_is_unavailable_while_a_listed_address_never_answered()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(2, options => options.OtherPeers.Add("memory://nobody"));

        var open = await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.OpenAsync(FileId.New()));

        Assert.That(open.Unanswered.Select(one => (one.Machine, one.Address)), Is.EqualTo(new (MachineId?, string)[] { (null, "memory://nobody") }));
    }

    [Test]
    public async Task Deleted_file_is_absent_also_while_a_member_is_silent()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(10));
        await cluster[0].Files.DeleteAsync(stored.Id);
        cluster[2].TakeDown(cluster);

        Assert.That(await cluster[1].Files.OpenAsync(stored.Id), Is.Null);
        Assert.That(await cluster[1].Files.FindAsync(stored.Id), Is.Null);
        Assert.That(await cluster[1].Files.DeleteAsync(stored.Id), Is.False);
    }

    [Test]
    public async Task Machine_that_refuses_is_no_no()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        await cluster[2].StartAsync();

        // It has asked nobody yet, so it answers "starting".
        var open = await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.OpenAsync(FileId.New()));

        Assert.That(open.Unanswered.Select(one => one.Address), Is.EqualTo(new[] { cluster[2].Address }));
        Assert.That(open.Unanswered[0].Reason, Does.Contain("starting"));
    }

    [Test]
    public async Task No_under_another_membership_is_asked_again_after_merging()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        await cluster[2].StartAsync();
        await cluster[2].MeetPeersAsync();

        // Its new run is in its own map and in that of whom it told; the answer is proven under one map or not at all.
        Assert.That(await cluster[0].Files.OpenAsync(FileId.New()), Is.Null);
        Assert.That(cluster.Machines.Select(machine => machine.Running.Membership.View.Map.Digest).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Delete_of_an_unknown_id_does_not_claim_absence_while_a_member_is_silent()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        cluster[2].TakeDown(cluster);
        var unknown = FileId.New();

        Assert.That(await cluster[0].Files.DeleteAsync(unknown), Is.True);
        Assert.That(await cluster[1].Files.OpenAsync(unknown), Is.Null);
    }

    [Test]
    public async Task File_is_unavailable_when_all_its_holders_are_down()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(10));
        var order = cluster.PreferenceOf(stored.Id);
        var holders = cluster.HoldersOf(stored.Id);
        holders.ForEach(holder => holder.TakeDown(cluster));

        var open = await Assert.ThrowsAsync<FileUnavailableException>(() => order[4].Files.OpenAsync(stored.Id));

        Assert.That(open.Unanswered.Select(one => one.Address), Is.EquivalentTo(holders.Select(holder => holder.Address)));
        cluster.Network.MendAll();
        await order[4].MeetPeersAsync();
        Assert.That(await order[4].ReadAsync(stored.Id), Is.EqualTo(ClusterSteps.Bytes(10)), "and there again when they are");
    }

    [Test]
    public async Task Replica_on_a_machine_that_is_no_owner_is_found()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        var replica = Testing.Storage.TestReplica.Of(1000);
        await order[4].PlantAsync(id, replica);

        Assert.That(await order[0].ReadAsync(id), Is.EqualTo(replica.Content));
    }

    [Test]
    public async Task Delete_wins_over_a_replica_that_another_machine_still_has()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order[1].Store.DeleteAsync(id, DateTimeOffset.UtcNow);
        await order[2].PlantAsync(id, Testing.Storage.TestReplica.Of(1000));

        Assert.That(await order[0].Files.FindAsync(id), Is.Null);
    }
}
