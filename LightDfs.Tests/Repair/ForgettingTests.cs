using LightDfs.Repair.Rounds;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Testing.Time;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>Deletes are forgotten only when nobody can bring back what was deleted.</summary>
public sealed class ForgettingTests
{
    private readonly SimulatedTime _time = new();

    [Test]
    public async Task Delete_is_forgotten_after_everybodys_round_and_removed_a_day_later()
    {
        await using var cluster = await Days.StartAsync(3, _time);
        var id = await DeletedAsync(cluster);
        await cluster.PassDaysAsync(_time, 1);
        Assert.That(IsForgotten(cluster), Is.EqualTo(new[] { false, false, false }), "not old enough");

        await cluster.PassDaysAsync(_time, 2);
        var early = IsForgotten(cluster);
        await cluster.PassDaysAsync(_time, 1);
        var late = IsForgotten(cluster);
        await cluster.PassDaysAsync(_time, 1.5);

        Assert.That(early, Is.EqualTo(new[] { false, false, false }), "no round has begun a day after all held it");
        Assert.That(late, Is.EqualTo(new[] { true, true, true }));
        Assert.That(cluster.Machines.Select(machine => machine.StateOf(id)), Is.All.Null);
        Assert.That(await cluster[0].Files.FindAsync(id), Is.Null);

        bool[] IsForgotten(LightDfsTestCluster of) => [.. of.Machines.Select(machine => machine.Store.Find(id) is { IsForgotten: true })];
    }

    [Test]
    public async Task Delete_is_kept_as_long_as_a_machine_is_away_and_ends_what_that_one_brings()
    {
        await using var cluster = await Days.StartAsync(3, _time);
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        await cluster[2].StopAsync();
        await cluster.SettleAsync();
        await cluster[0].Files.DeleteAsync(stored.Id);

        await cluster.PassDaysAsync(_time, 8);
        var kept = cluster.Machines.Take(2).Select(machine => machine.Store.Find(stored.Id)).ToList();
        await cluster[2].StartAsync();
        await cluster.ReconcileAsync();

        Assert.That(kept.Select(tombstone => (tombstone!.Value.State, tombstone.Value.IsForgotten)), Is.All.EqualTo((ReplicaState.Deleted, false)), "by age alone nothing is forgotten");
        Assert.That(cluster.Machines.Select(machine => machine.StateOf(stored.Id)), Is.All.EqualTo(ReplicaState.Deleted));
    }

    [Test]
    public async Task Old_copy_of_a_disk_is_no_source_of_what_was_deleted_and_forgotten()
    {
        await using var cluster = await Days.StartAsync(3, _time);
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        await cluster.PassDaysAsync(_time, 0.25);
        var old = cluster[2].Store.Copy();
        await old.OpenAsync();
        await cluster.PassDaysAsync(_time, 0.25);
        await cluster[0].Files.DeleteAsync(stored.Id);
        await cluster.PassDaysAsync(_time, 7);
        Assert.That(cluster.Machines.Select(machine => machine.StateOf(stored.Id)), Is.All.Null, "forgotten");

        // What the disk held then, and what it knew of rounds, but not its start counter: by an older one it would not be let in at all.
        var copy = await ReplicaOf(old, stored.Id);
        await cluster[2].StopAsync();
        await cluster[2].Store.OpenAsync();
        await cluster[2].PlantAsync(stored.Id, copy);
        await cluster[2].Store.SaveDocumentAsync("rounds", (await old.LoadDocumentAsync("rounds"))!.Value);
        await cluster[2].Store.DisposeAsync();
        await cluster[2].StartAsync();
        await cluster.ReconcileAsync();

        Assert.That(cluster.HoldersOf(stored.Id), Is.Empty);
        Assert.That(cluster[2].Cluster.SetAside.Single().Id, Is.EqualTo(stored.Id));
        Assert.That(cluster[2].Running.Rounds.IsOld, Is.False, "all that it holds has been compared since");
    }

    [Test]
    public async Task Machine_that_too_few_have_told_of_its_rounds_brings_nothing_unknown_and_finishes_no_round()
    {
        await using var cluster = await Days.StartAsync(4, _time);
        // Each has stored before: else it would take nothing from so few.
        await cluster[0].StoreManyAsync(8);
        await cluster.PassDaysAsync(_time, 1);
        var rounds = (await cluster[3].Store.LoadDocumentAsync(RoundsDocument.Name))!.Value;
        var forgotten = FileId.New(_time);
        while (cluster.PreferenceOf(forgotten)[3] is var last && (last == cluster[0] || last == cluster[3]))
        {
            forgotten = FileId.New(_time);
        }
        await cluster.PassDaysAsync(_time, 1);
        // It has an old copy of its disk, and the only one that answers has lost what it remembered.
        await RestartWithAsync(cluster[3], rounds, store => PlantAsync(store, forgotten));
        await RestartWithAsync(cluster[0], RoundsDocument.Empty.Encode(), _ => Task.CompletedTask);
        cluster[1].TakeDown();
        cluster[2].TakeDown();
        await cluster.SettleAsync();

        await cluster[3].ReconcileAsync();
        var early = (cluster[0].StateOf(forgotten), cluster[3].StateOf(forgotten));
        cluster[1].BringUp();
        cluster[2].BringUp();
        await cluster.ReconcileAsync();

        Assert.That(early, Is.EqualTo(((ReplicaState?)null, (ReplicaState?)ReplicaState.Present)), "neither sent nor set aside");
        Assert.That(cluster.HoldersOf(forgotten), Is.Empty);
        Assert.That(cluster[3].Cluster.SetAside.Select(aside => aside.Id), Is.EqualTo(new[] { forgotten }));
    }

    private static async Task RestartWithAsync(TestMachine machine, ReadOnlyMemory<byte> rounds, Func<InMemoryReplicaStore, Task> change)
    {
        await machine.StopAsync();
        await machine.Store.OpenAsync();
        await machine.Store.SaveDocumentAsync(RoundsDocument.Name, rounds);
        await change(machine.Store);
        await machine.Store.DisposeAsync();
        await machine.StartAsync();
    }

    private static async Task PlantAsync(InMemoryReplicaStore store, FileId id)
    {
        var replica = TestReplica.Of(1000);
        await using var writer = await store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    private static async Task<FileId> DeletedAsync(LightDfsTestCluster cluster)
    {
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(1000));
        await cluster[0].Files.DeleteAsync(stored.Id);
        return stored.Id;
    }

    private static async Task<TestReplica> ReplicaOf(InMemoryReplicaStore store, FileId id)
    {
        await using var reader = await store.OpenReplicaAsync(id);
        var content = new byte[reader!.Record.ReplicaLength];
        await reader.ReadAsync(0, content);
        return new TestReplica(content, reader.Record);
    }
}
