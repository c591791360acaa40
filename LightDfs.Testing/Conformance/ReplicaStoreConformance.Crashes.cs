using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class ReplicaStoreConformance
{
    /// <summary>
    /// The power fails under a store that is open: makes a store, not opened yet, of what was flushed and, as chance has it, of parts of the rest. The old one is disposed by the
    /// fixture afterwards. <see langword="null"/> (the default) when this cannot be done; the checks that need it are then left out.
    /// </summary>
    /// <param name="store">The store that loses its power.</param>
    /// <param name="seed">What chance is drawn from.</param>
    protected virtual ValueTask<IReplicaStore?> CrashAsync(IReplicaStore store, int seed) => new((IReplicaStore?)null);

    /// <summary>What was acknowledged is durable.</summary>
    [Test]
    public async Task Power_failure_loses_nothing_acknowledged([Range(1, 8)] int seed)
    {
        var (large, empty) = (TestReplica.Of(Pages.Size + 9000), TestReplica.Of(0));
        await Put(Id(1), large);
        await Put(Id(2), empty);
        await Store.DeleteAsync(Id(3), Noon);
        await Store.SaveDocumentAsync("doc", new byte[] { 1 });
        await Store.SaveDocumentAsync("doc", new byte[] { 2 });
        var (stamps, digest) = (Store.List(null, 100), Store.DigestOf(Partitions.Of(Id(1))));

        await CrashOrIgnore(seed);

        Assert.That(Store.List(null, 100), Is.EqualTo(stamps));
        Assert.That(Store.DigestOf(Partitions.Of(Id(1))), Is.EqualTo(digest));
        Assert.That(await Read(Id(1)), Is.EqualTo(large.Content));
        Assert.That(await Read(Id(2)), Is.Empty);
        Assert.That((await Store.LoadDocumentAsync("doc"))?.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    /// <summary>A delete that was acknowledged is durable, and what it deleted does not come back.</summary>
    [Test]
    public async Task Power_failure_brings_nothing_deleted_back([Range(1, 8)] int seed)
    {
        var replica = TestReplica.Of(5000);
        await Put(Id(1), replica);
        await Store.DeleteAsync(Id(1), Noon);

        await CrashOrIgnore(seed);

        Assert.That(Store.Find(Id(1)), Is.EqualTo(new ReplicaStamp(Id(1), ReplicaState.Deleted, 0, 0, Noon)));
        Assert.That(await Store.OpenReplicaAsync(Id(1)), Is.Null);
        Assert.That(await Put(Id(1), replica), Is.EqualTo(CommitOutcome.Deleted));
    }

    /// <summary>What was not committed is not there.</summary>
    [Test]
    public async Task Power_failure_in_the_middle_of_a_write_leaves_nothing_of_it([Range(1, 8)] int seed)
    {
        var replica = TestReplica.Of(3 * Pages.Size);
        await using var writer = await Store.BeginAsync(Id(1), replica.Record);
        await writer.AppendAsync(replica.Content);

        await CrashOrIgnore(seed);

        await AssertNothingOf(1);
        Assert.That(await Put(Id(1), replica), Is.EqualTo(CommitOutcome.Stored));
    }

    private async Task CrashOrIgnore(int seed)
    {
        var crashed = Store;
        var again = await CrashAsync(crashed, seed);
        if (again is null)
        {
            Assert.Ignore("This store cannot be crashed.");
        }
        await crashed.DisposeAsync();
        Store = again!;
        await Store.OpenAsync();
    }
}
