using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Tests.Storage.Crashes;

/// <summary>A fixed run of operations on a store whose power may fail at any call, with a memory of what was promised.</summary>
internal sealed class CrashWorkload(PackingSettings packing)
{
    public const string Root = "/data/dfs";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestReplica Large = TestReplica.Of(Pages.Size + 9000, 1);
    private static readonly TestReplica Small = TestReplica.Of(10, 2);
    private static readonly TestReplica Empty = TestReplica.Of(0, 3);
    private readonly Dictionary<FileId, TestReplica> _begun = [];
    private readonly HashSet<FileId> _stored = [];
    private readonly List<(FileId Id, DateTimeOffset At)> _deletesBegun = [];
    private readonly List<(FileId Id, DateTimeOffset At)> _deleted = [];
    private readonly List<byte[]> _documents = [];
    private int _documentSaved = -1;

    /// <summary>Runs everything, or as much as the power allows.</summary>
    public async Task RunAsync(SimulatedDisk disk)
    {
        await using var store = Make(disk);
        try
        {
            await store.OpenAsync();
            await PutAsync(store, 1, Large);
            await PutAsync(store, 2, Small);
            await SaveAsync(store, 1);
            await DeleteAsync(store, 2, Noon);
            await PutAsync(store, 3, Empty);
            await DeleteAsync(store, 9, Noon);
            await SaveAsync(store, 2);
            await PutAsync(store, 4, Large);
            await DeleteAsync(store, 2, Noon.AddMinutes(1));
            await PutAsync(store, 1, Large);
            await DeleteAsync(store, 4, Noon);
            await PutAsync(store, 5, Small);
            await store.RestAsync();
        }
        catch (StorageException)
        {
            // The power failed: what was not promised before does not matter any more.
        }
    }

    /// <summary>Opens what is left, and tells every promise that is broken.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(SimulatedDisk disk)
    {
        var broken = new List<string>();
        await using var store = Make(disk);
        await store.OpenAsync();
        foreach (var id in _begun.Keys.Concat(_deletesBegun.Select(delete => delete.Id)).Distinct())
        {
            await CheckIdAsync(store, id, broken);
        }
        await CheckDocumentAsync(store, broken);
        broken.AddRange(disk.FilesIn(Root + "/temp").Select(name => $"temp/{name} is left."));
        return broken;
    }

    private FileReplicaStore Make(SimulatedDisk disk) => new(disk, Root, 0, null, NullLogger.Instance, packing);

    private async Task PutAsync(FileReplicaStore store, int number, TestReplica replica)
    {
        var id = TestReplica.Id(number);
        _begun[id] = replica;
        await using var writer = await store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        if (await writer.CommitAsync() is CommitOutcome.Stored or CommitOutcome.AlreadyStored)
        {
            _stored.Add(id);
        }
    }

    private async Task DeleteAsync(FileReplicaStore store, int number, DateTimeOffset at)
    {
        var id = TestReplica.Id(number);
        _deletesBegun.Add((id, at));
        await store.DeleteAsync(id, at);
        _deleted.Add((id, at));
    }

    private async Task SaveAsync(FileReplicaStore store, byte value)
    {
        _documents.Add([.. Enumerable.Repeat(value, 10_000)]);
        await store.SaveDocumentAsync("doc", _documents[^1]);
        _documentSaved = _documents.Count - 1;
    }

    private async Task CheckIdAsync(FileReplicaStore store, FileId id, List<string> broken)
    {
        var stamp = store.Find(id);
        var mayBeDeleted = _deletesBegun.Any(delete => delete.Id == id);
        var deleted = _deleted.Where(delete => delete.Id == id).Select(delete => delete.At).ToList();
        switch (stamp?.State)
        {
            case null when _stored.Contains(id) || deleted.Count > 0:
                broken.Add($"{id.Value:x}: lost");
                break;
            case ReplicaState.Deleted when !mayBeDeleted || (deleted.Count > 0 && stamp.Value.DeletedAt < deleted.Max()):
                broken.Add($"{id.Value:x}: a tombstone that nobody made, or an old one");
                break;
            case ReplicaState.Present when deleted.Count > 0:
                broken.Add($"{id.Value:x}: came back");
                break;
            case ReplicaState.Present when !await ReadsExactlyAsync(store, id):
                broken.Add($"{id.Value:x}: torn");
                break;
            case ReplicaState.Damaged:
                broken.Add($"{id.Value:x}: damaged");
                break;
        }
    }

    private async Task<bool> ReadsExactlyAsync(FileReplicaStore store, FileId id)
    {
        var expected = _begun[id];
        var content = new byte[expected.Content.Length];
        try
        {
            await using var reader = await store.OpenReplicaAsync(id);
            return await reader!.ReadAsync(0, content) == content.Length && content.AsSpan().SequenceEqual(expected.Content) && reader.Record == expected.Record;
        }
        catch (ReplicaDamagedException)
        {
            return false;
        }
    }

    private async Task CheckDocumentAsync(FileReplicaStore store, List<string> broken)
    {
        try
        {
            var document = await store.LoadDocumentAsync("doc");
            var expected = _documents.Skip(Math.Max(0, _documentSaved)).ToList();
            if (document is null ? _documentSaved >= 0 : !expected.Any(content => document.Value.Span.SequenceEqual(content)))
            {
                broken.Add("document: lost or old");
            }
        }
        catch (InvalidDataException)
        {
            broken.Add("document: torn");
        }
    }
}
