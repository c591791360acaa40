using LightDfs.Storage;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Storage.Volumes;

namespace LightDfs.Tests.Storage.Crashes;

/// <summary>Everything that changes what a store holds.</summary>
internal static class CrashScenarios
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FileId Id = TestReplica.Id(1);
    private static readonly FileId Other = TestReplica.Id(2);
    private static readonly TestReplica Large = TestReplica.Of(Pages.Size + 9000, 1);
    private static readonly TestReplica Small = TestReplica.Of(10, 2);
    private static readonly (TestReplica Smaller, TestReplica Larger) Pair = TestReplica.Pair(Pages.Size + 9000);

    public static IEnumerable<CrashScenario> All =>
    [
        new("store", Nothing, Put(Id, Large), Put(Other, Small), Put(TestReplica.Id(3), TestReplica.Of(0, 3))),
        new("store again what is held", Put(Id, Large), Put(Id, Large)),
        new("store over a tombstone", Delete(Id), Put(Id, Large)),
        new("delete", Put(Id, Large), Delete(Id)),
        new("delete what is not there, and again later", Nothing, Delete(Id), Delete(Id, 1)),
        new("drop a replica", Both, Remove(Id)),
        new("drop a tombstone", Delete(Id), Remove(Id)),
        new("delete, then drop the tombstone", Put(Id, Large), Delete(Id), Remove(Id)),
        new("set aside", Both, SetAside(Id), SetAside(Other)) { Between = AsideFirst },
        new("set aside the same version again", Then(Put(Id, Large), SetAside(Id), Put(Id, Large)), SetAside(Id)) { Between = AsideFirst },
        new("replace a losing version", Put(Id, Pair.Larger), Put(Id, Pair.Smaller, CommitMode.Mend)) { Between = AsideFirst },
        new("restore, then discard what was set aside", Then(Put(Id, Large), SetAside(Id)), Put(Id, Large, CommitMode.Mend), Discard(Id, Large)),
        new("discard", Then(Both, SetAside(Id), SetAside(Other)), Discard(Id, Large), Discard(Other, Small)),
        new("delete most of many, and let go of the rest", Then(Many(Put)), [.. Many(id => Delete(id))[..12], .. Many(Remove)[10..]]),
        new("save documents", Save("rounds", 1), Save("rounds", 2), Save("membership", 3), Save("membership", 4), Save("marker", 5)),
    ];

    /// <summary>What is damaged is found, and replaced.</summary>
    public static IEnumerable<CrashScenario> Mends =>
    [
        new("replace what is damaged", Put(Id, Large), Verify(Id), Put(Id, Large, CommitMode.Mend)) { Spoil = Damage(Id) },
        new("replace what is damaged, and what is small", Both, Verify(Other), Put(Other, Small, CommitMode.Mend)) { Spoil = Damage(Other) },
        new("replace what is damaged by a smaller version", Put(Id, Pair.Larger), Verify(Id), Put(Id, Pair.Smaller, CommitMode.Mend)) { Spoil = Damage(Id), Between = AsideFirst },
        new("delete what is damaged", Put(Id, Large), Verify(Id), Delete(Id)) { Spoil = Damage(Id) },
        new("set aside what is damaged, and store it again", Put(Id, Large), Verify(Id), SetAside(Id), Put(Id, Large)) { Spoil = Damage(Id), Between = AsideFirst },
    ];

    /// <summary>So many that packed ones fill several volumes.</summary>
    private static Func<FileReplicaStore, Task>[] Many(Func<FileId, Func<FileReplicaStore, Task>> step) => [.. Enumerable.Range(10, 16).Select(number => step(TestReplica.Id(number)))];

    private static Func<FileReplicaStore, Task> Put(FileId id) => Put(id, TestReplica.Of(4000, (int)(id.Value >> 30)));

    private static Task Nothing(FileReplicaStore store) => Task.CompletedTask;

    private static Task Both(FileReplicaStore store) => Then(Put(Id, Large), Put(Other, Small))(store);

    private static Func<FileReplicaStore, Task> Then(params Func<FileReplicaStore, Task>[] steps) => async store =>
    {
        foreach (var step in steps)
        {
            await step(store);
        }
    };

    private static Func<FileReplicaStore, Task> Put(FileId id, TestReplica replica, CommitMode mode = CommitMode.New) => async store =>
    {
        await using var writer = await store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync(mode);
    };

    private static Func<FileReplicaStore, Task> Verify(FileId id) => store => store.VerifyAsync(id).AsTask();

    /// <summary>A bit of its content flips, wherever it lies.</summary>
    private static Action<SimulatedDisk, string> Damage(FileId id) => (disk, root) =>
    {
        var inFile = new ReplicaPaths(root).ReplicaOf(id);
        var (path, offset) = disk.Peek(inFile) is null ? VolumeFiles.ContentOf(disk.Copy(), root, id) : (inFile, 0);
        disk.Flip(path, offset);
    };

    private static Func<FileReplicaStore, Task> Delete(FileId id, int minutes = 0) => store => store.DeleteAsync(id, Noon.AddMinutes(minutes)).AsTask();

    private static Func<FileReplicaStore, Task> Remove(FileId id) => store => store.RemoveAsync(store.Find(id)!.Value, () => true).AsTask();

    private static Func<FileReplicaStore, Task> SetAside(FileId id) => store => store.SetAsideAsync(store.Find(id)!.Value, SetAsideReason.Unknown, () => true).AsTask();

    private static Func<FileReplicaStore, Task> Discard(FileId id, TestReplica replica) => store => store.DiscardSetAsideAsync(id, replica.Record.Version).AsTask();

    private static Func<FileReplicaStore, Task> Save(string name, byte value) =>
        store => store.SaveDocumentAsync(name, Enumerable.Repeat(value, 10_000).ToArray()).AsTask();

    /// <summary>It is aside first, then not in its place any more, then the winner is.</summary>
    private static IEnumerable<DiskPicture> AsideFirst(DiskPicture before, DiskPicture after)
    {
        var both = before.With("aside", after);
        // Of one version only one is kept aside, and the earlier goes first.
        return [before.Without(path => before.In("aside").Contains(path) && after.In("aside").Contains(path)), both, both.Without(path => path.StartsWith("replicas/", StringComparison.Ordinal) && !after.Files.ContainsKey(path)), after.With("replicas", before).Without(before.In("replicas").Contains)];
    }
}
