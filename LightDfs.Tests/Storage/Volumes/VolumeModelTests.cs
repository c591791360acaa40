using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>Random changes to a store that packs into tiny volumes, with compaction, restarts and power failures: it holds what a simple model holds, and its volumes do not grow without end.</summary>
public sealed class VolumeModelTests
{
    private const string Root = "/data/dfs";
    private const int Ids = 12;
    private static readonly PackingSettings Packing = new(5000, 8000);

    /// <summary>Below and above what is packed.</summary>
    private static readonly TestReplica[] Contents = [TestReplica.Of(0, 1), TestReplica.Of(100, 2), TestReplica.Of(1500, 3), TestReplica.Of(4000, 4), TestReplica.Of(6000, 5)];

    [Test]
    public async Task Store_holds_what_the_model_holds([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<FileId, (TestReplica? Replica, DateTimeOffset At)>();
        var disk = new SimulatedDisk();
        var store = await OpenAsync(disk);
        for (var step = 0; step < 150; step++)
        {
            var id = TestReplica.Id(random.Next(Ids));
            switch (random.Next(12))
            {
                case < 5:
                    await PutAsync(store, model, id, Contents[random.Next(Contents.Length)]);
                    break;
                case < 7:
                    var at = DateTimeOffset.UnixEpoch.AddDays(20_000 + random.Next(100));
                    await store.DeleteAsync(id, at);
                    model[id] = (null, model.TryGetValue(id, out var former) && former.Replica is null && former.At > at ? former.At : at);
                    break;
                case < 9:
                    await RemoveAsync(store, model, id);
                    break;
                case 9:
                    await SetAsideAsync(store, model, id);
                    break;
                case 10:
                    await store.RestAsync();
                    break;
                default:
                    var crash = random.Next(2) == 0 ? disk.AfterCrash(step) : null;
                    await store.DisposeAsync();
                    disk = crash ?? disk.AfterCrash(step);
                    store = await OpenAsync(disk);
                    break;
            }
            await AssertHoldsAsync(store, model, $"seed {seed}, step {step}");
        }
        await AssertShrinksAsync(store, disk, model);
        await store.DisposeAsync();
    }

    private static async Task PutAsync(FileReplicaStore store, SortedDictionary<FileId, (TestReplica? Replica, DateTimeOffset At)> model, FileId id, TestReplica replica)
    {
        await using var writer = await store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        if (await writer.CommitAsync(CommitMode.Mend) == CommitOutcome.Stored)
        {
            model[id] = (replica, default);
        }
    }

    private static async Task RemoveAsync(FileReplicaStore store, SortedDictionary<FileId, (TestReplica? Replica, DateTimeOffset At)> model, FileId id)
    {
        if (store.Find(id) is { } held && await store.RemoveAsync(held, () => true))
        {
            model.Remove(id);
        }
    }

    private static async Task SetAsideAsync(FileReplicaStore store, SortedDictionary<FileId, (TestReplica? Replica, DateTimeOffset At)> model, FileId id)
    {
        if (store.Find(id) is { State: ReplicaState.Present } held)
        {
            Assert.That(await store.SetAsideAsync(held, SetAsideReason.Unknown, () => true), Is.True);
            await using (var aside = await store.OpenSetAsideAsync(id, held.Version))
            {
                Assert.That(await ContentAsync(aside!), Is.EqualTo(model[id].Replica!.Content));
            }
            await store.DiscardSetAsideAsync(id, held.Version);
            model.Remove(id);
        }
    }

    private static async Task AssertHoldsAsync(FileReplicaStore store, SortedDictionary<FileId, (TestReplica? Replica, DateTimeOffset At)> model, string when)
    {
        var expected = model.Select(held => held.Value.Replica is { } replica
            ? new ReplicaStamp(held.Key, ReplicaState.Present, replica.Record.Version, replica.Content.Length, default)
            : new ReplicaStamp(held.Key, ReplicaState.Deleted, 0, 0, held.Value.At));
        Assert.That(store.List(null, 1000), Is.EqualTo(expected), when);
        foreach (var (id, (replica, _)) in model)
        {
            await using var reader = await store.OpenReplicaAsync(id);
            Assert.That(reader is null ? null : await ContentAsync(reader), Is.EqualTo(replica?.Content), when);
        }
    }

    /// <summary>All is let go of: then little may be left, and after a restart nothing comes back.</summary>
    private static async Task AssertShrinksAsync(FileReplicaStore store, SimulatedDisk disk, SortedDictionary<FileId, (TestReplica? Replica, DateTimeOffset At)> model)
    {
        foreach (var id in model.Keys.ToList())
        {
            await RemoveAsync(store, model, id);
        }
        await store.RestAsync();
        Assert.That(store.List(null, 1000), Is.Empty);
        Assert.That(disk.PeekNames(Root + "/volumes").Sum(name => disk.LengthOf($"{Root}/volumes/{name}")), Is.LessThan(3 * Packing.VolumeSize));
    }

    private static async Task<byte[]> ContentAsync(IReplicaReader reader)
    {
        var content = new byte[reader.Record.ReplicaLength];
        Assert.That(await reader.ReadAsync(0, content), Is.EqualTo(content.Length));
        return content;
    }

    private static async Task<FileReplicaStore> OpenAsync(SimulatedDisk disk)
    {
        var store = new FileReplicaStore(disk, Root, 0, null, NullLogger.Instance, Packing);
        await store.OpenAsync();
        return store;
    }
}
