using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Repair.Expiring;

/// <summary>A file stored with <see cref="StoreOptions.ExpiresAfter"/> is deleted by itself, once, everywhere, and never early.</summary>
public sealed class ExpirerTests
{
    private static readonly byte[] Content = ClusterSteps.Bytes(1000);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task File_is_readable_until_it_expires_and_then_deleted_everywhere_by_its_first_owner()
    {
        var time = Time();
        await using var cluster = await StartAsync(time);
        var stored = await cluster[0].StoreAsync(Content, new StoreOptions { ExpiresAfter = Hour });
        var kept = await cluster[0].StoreAsync(Content);
        time.Advance(stored.ExpiresAt!.Value - time.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        await cluster.SettleAsync();
        Assert.That(await ExpireAsync(cluster), Is.Zero);
        Assert.That(await cluster[1].ReadAsync(stored.Id), Is.EqualTo(Content));

        time.Advance(TimeSpan.FromMilliseconds(1));
        await cluster.SettleAsync();
        var order = cluster.PreferenceOf(stored.Id);
        Assert.That(await order[1].Running.Expirer.StepAsync(CancellationToken.None), Is.Zero, "it is the first owner's to delete");
        Assert.That(await order[2].Running.Expirer.StepAsync(CancellationToken.None), Is.Zero);
        Assert.That(await order[0].Running.Expirer.StepAsync(CancellationToken.None), Is.EqualTo(1));

        Assert.That(order.Take(3).Select(machine => machine.StateOf(stored.Id)), Is.All.EqualTo(ReplicaState.Deleted));
        foreach (var machine in cluster.Machines)
        {
            Assert.That(await machine.ReadAsync(stored.Id), Is.Null);
            Assert.That((await machine.ListAsync()).Select(file => file.Id), Is.EqualTo(new[] { kept.Id }));
            Assert.That(await machine.Running.Expirer.StepAsync(CancellationToken.None), Is.Zero);
        }
    }

    [Test]
    public async Task Expiry_is_told_by_every_answer_and_counts_from_the_drawing_of_the_id()
    {
        var time = Time();
        await using var cluster = await StartAsync(time);
        var id = FileId.New(time);
        time.Advance(TimeSpan.FromMinutes(10));

        var stored = await cluster[0].StoreAsync(Content, new StoreOptions { Id = id, ExpiresAfter = Hour });
        time.Advance(TimeSpan.FromMinutes(10));
        var again = await cluster[1].StoreAsync(Content, new StoreOptions { Id = id, ExpiresAfter = Hour });
        var found = await cluster[2].Files.FindAsync(id);
        await using var opened = await cluster[1].Files.OpenAsync(id);
        var listed = await cluster[0].ListAsync();

        Assert.That(new[] { stored, again, found, opened!.Info, listed.Single() }.Select(file => file!.ExpiresAt), Is.All.EqualTo(id.Created + Hour));
        await Assert.ThrowsAsync<FileConflictException>(() => cluster[0].StoreAsync(Content, new StoreOptions { Id = id }));
        Assert.That((await cluster[0].StoreAsync(Content)).ExpiresAt, Is.Null);
    }

    [TestCase(59.999)]
    [TestCase(0)]
    [TestCase(-60)]
    [TestCase(36_500.1 * 24 * 3600)]
    public async Task Impossible_time_is_refused_before_anything_is_read(double seconds)
    {
        await using var cluster = await StartAsync(Time());
        var content = new MemoryStream(Content);

        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => cluster[0].Files.StoreAsync(content, new StoreOptions { ExpiresAfter = TimeSpan.FromSeconds(seconds) }));

        Assert.That((thrown!.ParamName, content.Position), Is.EqualTo((nameof(StoreOptions.ExpiresAfter), 0L)));
    }

    [Test]
    public async Task Machine_that_runs_deletes_what_has_expired_by_itself()
    {
        var time = Time();
        using var log = new LogRecorder();
        await using var cluster = await LightDfsTestCluster.StartAsync(1, options => (options.Time, options.Loggers) = (_ => time, log));
        await cluster[0].StoreAsync(Content, new StoreOptions { ExpiresAfter = TimeSpan.FromMinutes(1) });
        await cluster[0].Running.StartedAsync(CancellationToken.None);
        var expired = log.SawAsync(LogEvents.FilesExpired);

        await time.PassUntilAsync(TimeSpan.FromSeconds(5), expired);
    }

    [Test]
    public async Task Late_retry_of_a_file_that_expires_finds_it()
    {
        var time = Time();
        await using var cluster = await StartAsync(time);
        var options = new StoreOptions { Id = FileId.New(time), ExpiresAfter = TimeSpan.FromDays(3) };
        await cluster[0].StoreAsync(Content, options);
        time.Advance(TimeSpan.FromDays(2));
        await cluster.SettleAsync();

        Assert.That((await cluster[1].StoreAsync(Content, options)).ExpiresAt, Is.EqualTo(options.Id!.Value.Created + TimeSpan.FromDays(3)));
    }

    [Test]
    public async Task Large_file_expires_with_its_segments()
    {
        var time = Time();
        await using var cluster = await LargeFiles.StartAsync(3, null, options => options.Time = _ => time);
        var stored = await cluster[0].StoreAsync(LargeFiles.Content(3 * LargeFiles.Segment), new StoreOptions { ExpiresAfter = Hour });
        Assert.That(cluster[0].Store.Usage.Replicas, Is.EqualTo(4));
        time.Advance(Hour + TimeSpan.FromSeconds(1));
        await cluster.SettleAsync();

        Assert.That(await ExpireAsync(cluster), Is.EqualTo(1));

        Assert.That(cluster.Machines.Select(machine => (machine.Store.Usage.Replicas, machine.Store.Usage.Tombstones)), Is.All.EqualTo((0L, 4L)));
        Assert.That(await cluster[2].ReadAsync(stored.Id), Is.Null);
    }

    [Test]
    public async Task Next_owner_deletes_while_the_first_is_down()
    {
        var time = Time();
        await using var cluster = await StartAsync(time);
        var stored = await cluster[0].StoreAsync(Content, new StoreOptions { ExpiresAfter = Hour });
        var order = cluster.PreferenceOf(stored.Id);
        await order[0].StopAsync();
        time.Advance(Hour + TimeSpan.FromSeconds(1));
        await cluster.SettleAsync();

        Assert.That(await order[1].Running.Expirer.StepAsync(CancellationToken.None), Is.EqualTo(1));

        await order[0].StartAsync();
        await cluster.SettleAsync();
        Assert.That(order[0].StateOf(stored.Id), Is.EqualTo(ReplicaState.Deleted));
        Assert.That(await order[0].ReadAsync(stored.Id), Is.Null);
    }

    [TestCase(90)]
    [TestCase(-90)]
    public async Task Next_owner_deletes_for_the_first_whose_clock_is_somewhat_more_than_a_minute_off(int seconds)
    {
        var time = Time();
        await using var cluster = await StartAsync(time, options => options.Time = index => index == 0 ? new SteppedClock(time) { Step = TimeSpan.FromSeconds(seconds) } : time);
        StoredFile stored;
        do
        {
            stored = await cluster[1].StoreAsync(Content, new StoreOptions { ExpiresAfter = Hour });
        }
        while (cluster.PreferenceOf(stored.Id)[0] != cluster[0]);
        time.Advance(stored.ExpiresAt!.Value - time.GetUtcNow());
        await cluster.SettleAsync();

        Assert.That(await cluster[0].Running.Expirer.StepAsync(CancellationToken.None), Is.Zero, "it rests");
        await ExpireAsync(cluster);

        Assert.That(cluster.PreferenceOf(stored.Id).Take(3).Select(machine => machine.StateOf(stored.Id)), Is.All.EqualTo(ReplicaState.Deleted));
    }

    [Test]
    public async Task Expiry_outlives_a_restart()
    {
        var time = Time();
        await using var cluster = await StartAsync(time);
        var stored = await cluster[0].StoreAsync(Content, new StoreOptions { ExpiresAfter = Hour });
        foreach (var machine in cluster.Machines)
        {
            await machine.StopAsync();
        }
        time.Advance(Hour + TimeSpan.FromSeconds(1));
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        Assert.That(await ExpireAsync(cluster), Is.Zero, "nobody is ready to delete");
        await cluster.SettleAsync();

        Assert.That(await ExpireAsync(cluster), Is.EqualTo(1));
        Assert.That(await cluster[0].ReadAsync(stored.Id), Is.Null);
    }

    [Test]
    public async Task Failure_is_told_and_what_this_machine_has_deleted_stays_deleted()
    {
        var time = Time();
        using var log = new LogRecorder();
        await using var cluster = await StartAsync(time, options => options.Loggers = log);
        var stored = await cluster[0].StoreAsync(Content, new StoreOptions { ExpiresAfter = Hour });
        time.Advance(Hour + TimeSpan.FromSeconds(1));
        await cluster.SettleAsync();
        var order = cluster.PreferenceOf(stored.Id);
        cluster.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() == Operation.Delete
            ? throw exchange.Lost("the delete")
            : exchange.DeliverAsync(exchange.Request, cancellationToken);

        Assert.That(await order[0].Running.Expirer.StepAsync(CancellationToken.None), Is.Zero);
        // It is reconciling that brings the others its tombstone.
        Assert.That(order.Take(3).Select(machine => machine.StateOf(stored.Id)), Is.EqualTo(new[] { ReplicaState.Deleted, ReplicaState.Present, ReplicaState.Present }));
        Assert.That(log.Of(LogEvents.ExpiringFailed), Has.Count.EqualTo(1));
    }

    private static FakeTimeProvider Time() => new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    private static Task<LightDfsTestCluster> StartAsync(TimeProvider time, Action<TestClusterOptions>? configure = null) => LightDfsTestCluster.StartAsync(4, options =>
    {
        options.Time = _ => time;
        configure?.Invoke(options);
    });

    private static async Task<int> ExpireAsync(LightDfsTestCluster cluster)
    {
        var count = 0;
        foreach (var machine in cluster.Machines)
        {
            count += await machine.Running.Expirer.StepAsync(CancellationToken.None);
        }
        return count;
    }
}
