using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class ReplicaStoreConformance
{
    /// <summary>Commit rule: the same version.</summary>
    [Test]
    public async Task Commit_of_the_same_version_is_already_stored()
    {
        var replica = TestReplica.Of(100);
        await Put(Id(1), replica);

        Assert.That(await Put(Id(1), replica), Is.EqualTo(CommitOutcome.AlreadyStored));
        Assert.That(Store.Usage.Replicas, Is.EqualTo(1));
    }

    /// <summary>Commit rule: another version, larger or smaller.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task Commit_of_another_version_is_a_conflict(bool smallerFirst)
    {
        var (smaller, larger) = TestReplica.Pair(100);
        var (first, second) = smallerFirst ? (smaller, larger) : (larger, smaller);
        await Put(Id(1), first);

        Assert.That(await Put(Id(1), second), Is.EqualTo(CommitOutcome.Conflict));
        Assert.That(await Read(Id(1)), Is.EqualTo(first.Content));
    }

    /// <summary>Commit rule: a tombstone.</summary>
    [Test]
    public async Task Commit_after_a_delete_is_refused()
    {
        var replica = TestReplica.Of(100);
        await Put(Id(1), replica);
        await Store.DeleteAsync(Id(1), Noon);

        Assert.That(await Put(Id(1), replica), Is.EqualTo(CommitOutcome.Deleted));
        Assert.That(Store.Find(Id(1)), Is.EqualTo(new ReplicaStamp(Id(1), ReplicaState.Deleted, 0, 0, Noon)));
        Assert.That(await Store.OpenReplicaAsync(Id(1)), Is.Null);
    }

    /// <summary>The rule is applied when a write ends, not only when it begins.</summary>
    [Test]
    public async Task Delete_during_a_write_refuses_its_commit()
    {
        var replica = TestReplica.Of(100);
        await using var writer = await Store.BeginAsync(Id(1), replica.Record);
        await writer.AppendAsync(replica.Content);
        Assert.That(await Store.DeleteAsync(Id(1), Noon), Is.Null);

        Assert.That(await writer.CommitAsync(), Is.EqualTo(CommitOutcome.Deleted));
        Assert.That(Store.Find(Id(1))?.State, Is.EqualTo(ReplicaState.Deleted));
    }

    /// <summary>Commits of one version at once.</summary>
    [Test]
    public async Task Concurrent_commits_of_one_version_store_it_once()
    {
        var replica = TestReplica.Of(5000);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Put(Id(1), replica))));

        Assert.That(outcomes.Count(outcome => outcome == CommitOutcome.Stored), Is.EqualTo(1));
        Assert.That(outcomes.Count(outcome => outcome == CommitOutcome.AlreadyStored), Is.EqualTo(15));
        Assert.That(Store.Usage.Replicas, Is.EqualTo(1));
        Assert.That(Store.Usage.Bytes, Is.EqualTo(5000));
    }

    /// <summary>Commits of several versions at once.</summary>
    [Test]
    public async Task Concurrent_commits_of_different_versions_store_exactly_one()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 16).Select(seed => Task.Run(() => Put(Id(1), TestReplica.Of(5000, seed)))));

        Assert.That(outcomes.Count(outcome => outcome == CommitOutcome.Stored), Is.EqualTo(1));
        Assert.That(outcomes.Count(outcome => outcome == CommitOutcome.Conflict), Is.EqualTo(15));
        var winner = Array.IndexOf(outcomes, CommitOutcome.Stored) + 1;
        Assert.That(await Read(Id(1)), Is.EqualTo(TestReplica.Of(5000, winner).Content));
    }

    /// <summary>Delete wins over commits at the same time.</summary>
    [Test]
    public async Task Concurrent_delete_wins_over_commits()
    {
        var replica = TestReplica.Of(5000);
        var writes = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Put(Id(1), replica))).ToList();
        var delete = Task.Run(async () => await Store.DeleteAsync(Id(1), Noon));

        await Task.WhenAll([.. writes, delete]);

        Assert.That(Store.Find(Id(1)), Is.EqualTo(new ReplicaStamp(Id(1), ReplicaState.Deleted, 0, 0, Noon)));
        Assert.That(Store.Usage, Is.EqualTo(Store.Usage with { Replicas = 0, Tombstones = 1, Bytes = 0 }));
    }

    /// <summary>A delete says what was there.</summary>
    [Test]
    public async Task Delete_returns_what_was_held_before()
    {
        var replica = TestReplica.Of(100);
        await Put(Id(1), replica);

        Assert.That(await Store.DeleteAsync(Id(1), Noon), Is.EqualTo(new ReplicaStamp(Id(1), ReplicaState.Present, replica.Record.Version, 100, default)));
        Assert.That(await Store.DeleteAsync(Id(1), Noon), Is.EqualTo(new ReplicaStamp(Id(1), ReplicaState.Deleted, 0, 0, Noon)));
        Assert.That(await Store.DeleteAsync(Id(2), Noon), Is.Null);
        Assert.That(Store.Find(Id(2))?.State, Is.EqualTo(ReplicaState.Deleted));
    }

    /// <summary>Of two tombstones the later time stays.</summary>
    [Test]
    public async Task Later_time_of_two_tombstones_stays()
    {
        await Store.DeleteAsync(Id(1), Noon);
        await Store.DeleteAsync(Id(1), Noon.AddMinutes(-1));
        Assert.That(Store.Find(Id(1))?.DeletedAt, Is.EqualTo(Noon));

        await Store.DeleteAsync(Id(1), Noon.AddMinutes(1));
        Assert.That(Store.Find(Id(1))?.DeletedAt, Is.EqualTo(Noon.AddMinutes(1)));
    }

    /// <summary>Times of deletes are kept in UTC, to the millisecond.</summary>
    [Test]
    public async Task Delete_time_is_kept_in_utc_to_the_millisecond()
    {
        await Store.DeleteAsync(Id(1), new DateTimeOffset(2026, 3, 1, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(9999));

        Assert.That(Store.Find(Id(1))?.DeletedAt, Is.EqualTo(Noon));
        Assert.That(Store.Find(Id(1))?.DeletedAt.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    /// <summary>An open reader outlives the delete.</summary>
    [Test]
    public async Task Reader_opened_before_a_delete_reads_to_the_end()
    {
        var replica = TestReplica.Of(3 * Pages.Size);
        await Put(Id(1), replica);
        await using var reader = await Store.OpenReplicaAsync(Id(1));
        var content = new byte[replica.Content.Length];
        await reader!.ReadAsync(0, content.AsMemory(0, 10));

        await Store.DeleteAsync(Id(1), Noon);

        Assert.That(await reader.ReadAsync(0, content), Is.EqualTo(content.Length));
        Assert.That(content, Is.EqualTo(replica.Content));
    }

    /// <summary>A writer commits once.</summary>
    [Test]
    public async Task Writer_after_its_commit_takes_nothing_more()
    {
        var replica = TestReplica.Of(10);
        await using var writer = await Store.BeginAsync(Id(1), replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.CommitAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await writer.AppendAsync(new byte[1]));
    }
}
