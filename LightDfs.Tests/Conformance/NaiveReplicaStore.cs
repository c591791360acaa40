using System.Collections.Concurrent;
using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Tests.Conformance;

/// <summary>A dictionary of contents, and no rule about anything: what is left when all that a store promises is forgotten.</summary>
internal sealed class NaiveReplicaStore : BrokenReplicaStore, IReplicaStore
{
    private readonly ConcurrentDictionary<FileId, (FileRecord Record, byte[] Content)> _all = new();

    ReplicaStoreUsage IReplicaStore.Usage => default;

    public override bool Damage(FileId id, long offset)
    {
        _all[id].Content[offset] ^= 1;
        return true;
    }

    public override IReplicaStore Again(int? crash) => crash is null ? new NaiveReplicaStore() : this;

    ValueTask IReplicaStore.OpenAsync(CancellationToken cancellationToken) => default;

    ValueTask<ReadOnlyMemory<byte>?> IReplicaStore.LoadDocumentAsync(string name, CancellationToken cancellationToken) => default;

    ValueTask IReplicaStore.SaveDocumentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => default;

    public override ReplicaStamp? Find(FileId id) => _all.TryGetValue(id, out var held) ? Stamp(id, held.Record) : null;

    public override ValueTask<IReplicaWriter> BeginAsync(FileId id, FileRecord record, CancellationToken cancellationToken = default) => new(new Writer(this, id, record));

    public override ValueTask<IReplicaReader?> OpenReplicaAsync(FileId id, CancellationToken cancellationToken = default) =>
        new(_all.TryGetValue(id, out var held) ? new Reader(this, id, held.Record) : null);

    public override ValueTask<ReplicaStamp?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default)
    {
        _all.TryRemove(id, out _);
        return default;
    }

    IReadOnlyList<ReplicaStamp> IReplicaStore.List(FileId? after, int limit) =>
        [.. _all.Where(held => after is not { } from || held.Key > from).OrderByDescending(held => held.Key).Select(held => Stamp(held.Key, held.Value.Record))];

    IReadOnlyList<ReplicaStamp> IReplicaStore.ListPartition(int partition) => [];

    IReadOnlyList<HeldPartition> IReplicaStore.ListPartitions() => [];

    PartitionDigest IReplicaStore.DigestOf(int partition) => default;

    ValueTask<ReplicaStamp?> IReplicaStore.VerifyAsync(FileId id, CancellationToken cancellationToken) => new(Find(id));

    ValueTask<bool> IReplicaStore.RemoveAsync(ReplicaStamp held, Func<bool> isAllowed, CancellationToken cancellationToken) => default;

    void IReplicaStore.Forget(FileId id) => _all.TryRemove(id, out _);

    ValueTask<bool> IReplicaStore.SetAsideAsync(ReplicaStamp held, SetAsideReason reason, Func<bool> isAllowed, CancellationToken cancellationToken) => default;

    IReadOnlyList<SetAsideReplica> IReplicaStore.ListSetAside() => [];

    bool IReplicaStore.HasSetAside(FileId id) => false;

    ValueTask<IReplicaReader?> IReplicaStore.OpenSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken) => default;

    ValueTask<bool> IReplicaStore.DiscardSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken) => default;

    ValueTask IAsyncDisposable.DisposeAsync() => default;

    private static ReplicaStamp Stamp(FileId id, FileRecord record) => new(id, ReplicaState.Present, record.Version, record.Length, default);

    private sealed class Writer(NaiveReplicaStore store, FileId id, FileRecord record) : IReplicaWriter
    {
        public ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            store._all[id] = (record, content.ToArray());
            return default;
        }

        public ValueTask<CommitOutcome> CommitAsync(CommitMode mode = CommitMode.New, CancellationToken cancellationToken = default) => new(CommitOutcome.Stored);

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Reader(NaiveReplicaStore store, FileId id, FileRecord record) : IReplicaReader
    {
        public FileRecord Record => record;

        public UInt128 Version => record.Version;

        public ReadOnlyMemory<ulong> PageChecksums => default;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var content = store._all.TryGetValue(id, out var held) ? held.Content : [];
            var count = Math.Min(buffer.Length, content.Length);
            content.AsMemory(0, count).CopyTo(buffer);
            return new(count);
        }

        public ValueTask DisposeAsync() => default;
    }
}
