using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using LightDfs.Tests.Repair;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P4: deleted stays deleted, also when a machine that slept through the delete comes back. (What it does meanwhile: TombstoneCatchUpTests.)</summary>
public sealed class P4_DeletedStaysDeletedTests
{
    private static readonly byte[] Content = ClusterSteps.Bytes(1000);

    [Test]
    public async Task Deleted_file_is_nowhere_and_its_id_is_dead()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = FileId.New();
        await cluster[0].StoreAsync(Content, new StoreOptions { Id = id });

        Assert.That(await cluster[1].Files.DeleteAsync(id), Is.True);

        foreach (var machine in cluster.Machines)
        {
            Assert.That(await machine.ReadAsync(id), Is.Null);
            Assert.That(await machine.Files.FindAsync(id), Is.Null);
            Assert.That(await machine.ListAsync(), Is.Empty);
            Assert.That(await machine.Files.DeleteAsync(id), Is.False);
            await Assert.ThrowsAsync<FileDeletedException>(() => machine.StoreAsync(Content, new StoreOptions { Id = id }));
        }
    }

    [Test]
    public async Task Machine_that_was_down_during_the_delete_does_not_serve_the_file_when_it_is_back()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(Content);
        await cluster[2].StopAsync();
        await cluster[0].Files.DeleteAsync(stored.Id);

        await cluster[2].StartAsync();
        await cluster[2].Running.Discovery.RoundAsync(CancellationToken.None);

        Assert.That(cluster[2].StateOf(stored.Id), Is.EqualTo(ReplicaState.Present), "it has not heard of the delete yet");
        Assert.That(await cluster[2].ReadAsync(stored.Id), Is.Null, "and does not serve it all the same");
        await cluster.SettleAsync();
        Assert.That(cluster[2].StateOf(stored.Id), Is.EqualTo(ReplicaState.Deleted));
        Assert.That(await cluster[1].ListAsync(), Is.Empty);
    }

    [Test]
    public async Task Co_owner_that_slept_through_the_delete_too_is_not_believed()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var stored = await cluster[0].StoreAsync(Content);
        // Peers are asked in the order of their ids: the one that slept comes before the one that knows.
        var owners = cluster.PreferenceOf(stored.Id).Take(3).OrderBy(machine => machine.Id).ToList();
        var (slept, back, knows) = (owners[0], owners[1], owners[2]);
        await slept.StopAsync();
        await back.StopAsync();
        await knows.Files.DeleteAsync(stored.Id);

        await slept.StartAsync();
        await slept.Running.Discovery.RoundAsync(CancellationToken.None);
        await back.StartAsync();
        await back.MeetPeersAsync();

        Assert.That(slept.StateOf(stored.Id), Is.EqualTo(ReplicaState.Present));
        Assert.That(back.StateOf(stored.Id), Is.EqualTo(ReplicaState.Deleted));
        Assert.That(await back.ReadAsync(stored.Id), Is.Null);
    }

    [Test]
    public async Task Machine_that_was_cut_off_during_the_delete_does_not_serve_the_file_when_it_is_back()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.Time = _ => time);
        var stored = await cluster[0].StoreAsync(Content);
        cluster[2].TakeDown(cluster);
        await cluster.SettleAsync();
        await cluster[0].Files.DeleteAsync(stored.Id);
        var alone = await cluster[2].ReadAsync(stored.Id);

        time.Advance(TimeSpan.FromSeconds(5));
        await cluster.SettleAsync();
        time.Advance(TimeSpan.FromSeconds(6));
        cluster.Network.MendAll();
        await cluster[2].Running.Heartbeats.BeatAllAsync(CancellationToken.None);

        Assert.That(alone, Is.EqualTo(Content), "cut off from everybody it serves what it has");
        Assert.That(await cluster[2].ReadAsync(stored.Id), Is.Null, "from the first answer on it does not");
        await cluster.SettleAsync();
        Assert.That(cluster[2].StateOf(stored.Id), Is.EqualTo(ReplicaState.Deleted));
    }

    [TestCase(24)]
    [TestCase(-24)]
    public async Task File_expires_everywhere_and_stays_deleted_and_a_clock_that_is_a_day_wrong_deletes_nothing_early(int hours)
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options =>
        {
            options.Time = index => index == 0 ? new SteppedClock(time) { Step = TimeSpan.FromHours(hours) } : time;
            // Or the machine whose clock is ahead refuses what is new, as too old.
            options.ConfigureMachine = (_, machine) => machine.AbandonedAfter = TimeSpan.FromDays(4);
        });
        var files = new List<StoredFile>();
        // Each machine is the first owner of some.
        while (files.Select(file => cluster.PreferenceOf(file.Id)[0].Index).Distinct().Count() < 3)
        {
            files.Add(await cluster[1].StoreAsync(Content, new StoreOptions { ExpiresAfter = TimeSpan.FromHours(1) }));
        }

        Assert.That(cluster[0].Store.ListExpired(cluster[0].Running.Parts.Time.GetUtcNow(), 100), Has.Count.EqualTo(hours > 0 ? files.Count : 0), "what has expired by its own clock");
        Assert.That(await ExpireAsync(), Is.EqualTo(new[] { 0, 0, 0 }));
        Assert.That(await cluster[0].ListAsync(), Has.Count.EqualTo(files.Count));
        time.Advance(TimeSpan.FromHours(1));
        await cluster.SettleAsync();
        var expired = await ExpireAsync();
        await cluster[2].StopAsync();
        await cluster[2].StartAsync();
        await cluster.SettleAsync();

        Assert.That((expired[0], expired.Sum()), Is.EqualTo((0, files.Count)), "the others do it for the one that cannot tell the time");
        foreach (var machine in cluster.Machines)
        {
            Assert.That(await machine.ListAsync(), Is.Empty);
            Assert.That(files.Select(file => machine.StateOf(file.Id)), Is.All.EqualTo(ReplicaState.Deleted));
        }

        async Task<int[]> ExpireAsync() =>
        [
            await cluster[0].Running.Expirer.StepAsync(CancellationToken.None),
            await cluster[1].Running.Expirer.StepAsync(CancellationToken.None),
            await cluster[2].Running.Expirer.StepAsync(CancellationToken.None),
        ];
    }

    [Test]
    public async Task Delete_outlives_the_restart_of_every_machine()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync(Content);
        await cluster[2].StopAsync();
        await cluster[0].Files.DeleteAsync(stored.Id);
        await cluster[0].StopAsync();
        await cluster[1].StopAsync();

        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        await cluster.SettleAsync();

        foreach (var machine in cluster.Machines)
        {
            Assert.That(await machine.ReadAsync(stored.Id), Is.Null);
        }
    }
}
