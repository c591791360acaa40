using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

/// <summary>What is set aside is asked for with every heartbeat and every miss: it is listed anew only when it has changed.</summary>
public sealed class SetAsideFilesTests
{
    [Test]
    public async Task List_is_made_anew_only_when_something_was_set_aside_or_discarded()
    {
        await using var store = new FileReplicaStore(new SimulatedDisk(), "/data/dfs", 0, null, NullLogger.Instance, PackingSettings.Off);
        await store.OpenAsync();
        var (one, other) = (TestReplica.Id(1), TestReplica.Id(2));
        var (smaller, larger) = TestReplica.Pair(100);
        await AsideAsync(store, one, smaller);

        var before = store.ListSetAside();
        var again = store.ListSetAside();
        await AsideAsync(store, other, smaller);
        await AsideAsync(store, one, larger);
        var after = store.ListSetAside();

        Assert.That(again, Is.SameAs(before));
        Assert.That(before, Has.Count.EqualTo(1));
        Assert.That(after.Select(aside => (aside.Id, aside.Version)), Is.EqualTo(new[] { (one, smaller.Record.Version), (one, larger.Record.Version), (other, smaller.Record.Version) }));
    }

    [Test]
    public async Task Id_has_something_aside_until_the_last_of_its_versions_is_discarded()
    {
        await using var store = new FileReplicaStore(new SimulatedDisk(), "/data/dfs", 0, null, NullLogger.Instance, PackingSettings.Off);
        await store.OpenAsync();
        var id = TestReplica.Id(1);
        var (smaller, larger) = TestReplica.Pair(100);
        await AsideAsync(store, id, smaller);
        await AsideAsync(store, id, larger);
        await AsideAsync(store, id, larger);

        await store.DiscardSetAsideAsync(id, larger.Record.Version);
        var one = store.HasSetAside(id);
        await store.DiscardSetAsideAsync(id, smaller.Record.Version);

        Assert.That((one, store.HasSetAside(id), store.HasSetAside(TestReplica.Id(2))), Is.EqualTo((true, false, false)));
    }

    private static async Task AsideAsync(FileReplicaStore store, FileId id, TestReplica replica)
    {
        await using (var writer = await store.BeginAsync(id, replica.Record))
        {
            await writer.AppendAsync(replica.Content);
            await writer.CommitAsync();
        }
        await store.SetAsideAsync(store.Find(id)!.Value, SetAsideReason.Unknown, () => true);
    }
}
