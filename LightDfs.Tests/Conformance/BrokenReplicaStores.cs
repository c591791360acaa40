using LightDfs.Files;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Tests.Conformance;

/// <summary>A sound store, on a disk that can lose its power, for others to spoil in one point.</summary>
internal class BrokenReplicaStore : IReplicaStore
{
    private const string Root = "/data/dfs";
    private SimulatedDisk _disk = new();
    private FileReplicaStore? _store;

    protected FileReplicaStore Sound => _store ??= new FileReplicaStore(_disk, Root, 0, null, NullLogger.Instance);

    public ReplicaStoreUsage Usage => Sound.Usage;

    public virtual bool Damage(FileId id, long offset)
    {
        _disk.Flip(new ReplicaPaths(Root).ReplicaOf(id), offset);
        return true;
    }

    /// <summary>A store of what this one kept, or of what is left of it after the power failed.</summary>
    public virtual IReplicaStore Again(int? crash)
    {
        var again = (BrokenReplicaStore)MemberwiseClone();
        (again._disk, again._store) = (crash is { } seed ? _disk.AfterCrash(seed) : _disk, null);
        return again;
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        Spoil(_disk);
        return Sound.OpenAsync(cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> LoadDocumentAsync(string name, CancellationToken cancellationToken = default) => Sound.LoadDocumentAsync(name, cancellationToken);

    public ValueTask SaveDocumentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        Sound.SaveDocumentAsync(name, content, cancellationToken);

    public virtual ReplicaStamp? Find(FileId id) => Sound.Find(id);

    public virtual ValueTask<IReplicaWriter> BeginAsync(FileId id, FileRecord record, CancellationToken cancellationToken = default) => Sound.BeginAsync(id, record, cancellationToken);

    public virtual ValueTask<IReplicaReader?> OpenReplicaAsync(FileId id, CancellationToken cancellationToken = default) => Sound.OpenReplicaAsync(id, cancellationToken);

    public virtual ValueTask<ReplicaStamp?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default) =>
        Sound.DeleteAsync(id, deletedAt, cancellationToken);

    public IReadOnlyList<ReplicaStamp> List(FileId? after, int limit) => Sound.List(after, limit);

    public virtual IReadOnlyList<FileId> ListExpired(DateTimeOffset until, int limit) => Sound.ListExpired(until, limit);

    public IReadOnlyList<ReplicaStamp> ListPartition(int partition) => Sound.ListPartition(partition);

    public IReadOnlyList<HeldPartition> ListPartitions() => Sound.ListPartitions();

    public PartitionDigest DigestOf(int partition) => Sound.DigestOf(partition);

    public ValueTask<ReplicaStamp?> VerifyAsync(FileId id, CancellationToken cancellationToken = default) => Sound.VerifyAsync(id, cancellationToken);

    public virtual ValueTask<bool> RemoveAsync(ReplicaStamp held, Func<bool> isAllowed, CancellationToken cancellationToken = default) => Sound.RemoveAsync(held, isAllowed, cancellationToken);

    public virtual void Forget(FileId id) => Sound.Forget(id);

    public virtual ValueTask<bool> SetAsideAsync(ReplicaStamp held, SetAsideReason reason, Func<bool> isAllowed, CancellationToken cancellationToken = default) =>
        Sound.SetAsideAsync(held, reason, isAllowed, cancellationToken);

    public IReadOnlyList<SetAsideReplica> ListSetAside() => Sound.ListSetAside();

    public bool HasSetAside(FileId id) => Sound.HasSetAside(id);

    public ValueTask<IReplicaReader?> OpenSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default) => Sound.OpenSetAsideAsync(id, version, cancellationToken);

    public ValueTask<bool> DiscardSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default) => Sound.DiscardSetAsideAsync(id, version, cancellationToken);

    public ValueTask DisposeAsync() => Sound.DisposeAsync();

    protected virtual void Spoil(SimulatedDisk disk)
    {
    }
}

/// <summary>Acknowledges what is in the page cache.</summary>
internal sealed class UnflushedCommit : BrokenReplicaStore
{
    protected override void Spoil(SimulatedDisk disk) => disk.SkipFileFlushes = true;
}

/// <summary>Flushes files, and forgets that their names are kept in directories.</summary>
internal sealed class UnflushedDirectories : BrokenReplicaStore
{
    protected override void Spoil(SimulatedDisk disk) => disk.SkipDirectoryFlushes = true;
}

/// <summary>Deletes nothing that it was asked to delete after the fact: the tombstone is told, and not kept.</summary>
internal sealed class ResurrectingDelete : BrokenReplicaStore
{
    private readonly HashSet<FileId> _hidden = [];

    public override ReplicaStamp? Find(FileId id) => _hidden.Contains(id) ? null : base.Find(id);

    public override async ValueTask<IReplicaReader?> OpenReplicaAsync(FileId id, CancellationToken cancellationToken = default) =>
        _hidden.Contains(id) ? null : await base.OpenReplicaAsync(id, cancellationToken);

    public override ValueTask<IReplicaWriter> BeginAsync(FileId id, FileRecord record, CancellationToken cancellationToken = default)
    {
        _hidden.Remove(id);
        return base.BeginAsync(id, record, cancellationToken);
    }

    public override ValueTask<ReplicaStamp?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default)
    {
        var before = Find(id);
        _hidden.Add(id);
        return new(before);
    }
}

/// <summary>Marks whatever is held under an id as damaged, also what has replaced the damaged replica meanwhile.</summary>
internal sealed class LateMark : BrokenReplicaStore
{
    private readonly HashSet<FileId> _marked = [];

    public override ReplicaStamp? Find(FileId id) => base.Find(id) is { } stamp && _marked.Contains(id) ? stamp with { State = ReplicaState.Damaged } : base.Find(id);

    public override async ValueTask<IReplicaReader?> OpenReplicaAsync(FileId id, CancellationToken cancellationToken = default) =>
        await base.OpenReplicaAsync(id, cancellationToken) is { } reader ? new Reader(_marked, id, reader) : null;

    private sealed class Reader(HashSet<FileId> marked, FileId id, IReplicaReader inner) : IReplicaReader
    {
        public FileRecord Record => inner.Record;

        public UInt128 Version => inner.Version;

        public ReadOnlyMemory<ulong> PageChecksums => inner.PageChecksums;

        public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(offset, buffer, cancellationToken);
            }
            catch (ReplicaDamagedException)
            {
                marked.Add(id);
                throw;
            }
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

/// <summary>Lets go of whatever is held, whether it may or not.</summary>
internal sealed class RashRemoval : BrokenReplicaStore
{
    public override ValueTask<bool> RemoveAsync(ReplicaStamp held, Func<bool> isAllowed, CancellationToken cancellationToken = default) =>
        Find(held.Id) is { } now ? base.RemoveAsync(now, () => true, cancellationToken) : new(false);
}

/// <summary>Sets aside by throwing away.</summary>
internal sealed class LosingAside : BrokenReplicaStore
{
    public override ValueTask<bool> SetAsideAsync(ReplicaStamp held, SetAsideReason reason, Func<bool> isAllowed, CancellationToken cancellationToken = default) =>
        Sound.RemoveAsync(held, isAllowed, cancellationToken);
}

/// <summary>Forgets a tombstone by removing it.</summary>
internal sealed class ThoroughForgetting : BrokenReplicaStore
{
    public override void Forget(FileId id)
    {
        if (Find(id) is { State: ReplicaState.Deleted } tombstone)
        {
            Sound.RemoveAsync(tombstone, () => true).AsTask().GetAwaiter().GetResult();
        }
    }
}

/// <summary>Sets aside whether it may or not.</summary>
internal sealed class RashAside : BrokenReplicaStore
{
    public override ValueTask<bool> SetAsideAsync(ReplicaStamp held, SetAsideReason reason, Func<bool> isAllowed, CancellationToken cancellationToken = default) =>
        Sound.SetAsideAsync(held, reason, () => true, cancellationToken);
}

/// <summary>Knows what expires only of what it took since it was opened.</summary>
internal sealed class ForgetfulExpiry : BrokenReplicaStore
{
    private bool _isOpenedAgain;

    public override IReplicaStore Again(int? crash)
    {
        var again = (ForgetfulExpiry)base.Again(crash);
        again._isOpenedAgain = true;
        return again;
    }

    public override IReadOnlyList<FileId> ListExpired(DateTimeOffset until, int limit) => _isOpenedAgain ? [] : base.ListExpired(until, limit);
}

/// <summary>Gives what has expired in id order.</summary>
internal sealed class DisorderlyExpiry : BrokenReplicaStore
{
    public override IReadOnlyList<FileId> ListExpired(DateTimeOffset until, int limit) => [.. base.ListExpired(until, int.MaxValue).Order().Take(limit)];
}
