using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Testing.Storage;

public sealed partial class InMemoryReplicaStore
{
    /// <inheritdoc/>
    public ValueTask<IReplicaWriter> BeginAsync(FileId id, FileRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            CheckWritable();
            return IsFull
                ? throw new StorageException(StorageFailure.Full, "The store in memory was made full. Make it take replicas again.")
                : new ValueTask<IReplicaWriter>(new Writer(this, id, record));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReplicaReader?> OpenReplicaAsync(FileId id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            CheckOpen();
            return new ValueTask<IReplicaReader?>(
                _replicas.TryGetValue(id, out var replica) && _index.Held(id) is { } held ? new Reader(this, id, replica, held.Generation) : null);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReplicaStamp?> VerifyAsync(FileId id, CancellationToken cancellationToken = default)
    {
        await using var reader = await OpenReplicaAsync(id, cancellationToken);
        if (reader is not null)
        {
            var content = new byte[reader.Record.ReplicaLength];
            try
            {
                await reader.ReadAsync(0, content, cancellationToken);
            }
            catch (ReplicaDamagedException)
            {
                // It is marked, and the mark is the answer.
            }
        }
        return Find(id);
    }

    private CommitOutcome Commit(FileId id, InMemoryReplica replica, CommitMode mode, int opening)
    {
        lock (_lock)
        {
            CheckWritable(opening);
            if (CommitRule.Refusal(_index.Find(id), replica.Record.Version, mode) is { } refusal)
            {
                return refusal;
            }
            if (_index.Find(id) is { } other && CommitRule.SetsAside(other, replica.Record.Version))
            {
                KeepAside(other, SetAsideReason.Clash);
            }
            _replicas[id] = replica;
            _index.Put(new ReplicaStamp(id, ReplicaState.Present, replica.Record.Version, replica.Record.ReplicaLength, default), replica.Record.ExpiresAt);
            return CommitOutcome.Stored;
        }
    }

    private sealed class Writer(InMemoryReplicaStore store, FileId id, FileRecord record) : IReplicaWriter
    {
        // One that outlived a kill must not store into what the next run opened.
        private readonly int _opening = store._opening;
        private readonly MemoryStream _content = new();
        private bool _ended;

        public ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_ended, this);
            lock (store._lock)
            {
                store.CheckWritable(_opening);
            }
            if (_content.Length + content.Length > record.ReplicaLength)
            {
                throw new InvalidDataException($"The content of '{id}' is longer than the {record.ReplicaLength} bytes its record promises.");
            }
            _content.Write(content.Span);
            return ValueTask.CompletedTask;
        }

        public ValueTask<CommitOutcome> CommitAsync(CommitMode mode = CommitMode.New, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_ended, this);
            _ended = true;
            var content = _content.ToArray();
            if (content.Length != record.ReplicaLength || XxHash128.HashToUInt128(content) != record.ReplicaChecksum)
            {
                throw new InvalidDataException($"The content of '{id}' has {content.Length} bytes of {record.ReplicaLength}, or another checksum than its record.");
            }
            var checksums = content.Chunk(Pages.Size).Select(page => XxHash3.HashToUInt64(page)).ToArray();
            return new ValueTask<CommitOutcome>(store.Commit(id, new InMemoryReplica(record, content, checksums), mode, _opening));
        }

        public ValueTask DisposeAsync()
        {
            _ended = true;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Reader(InMemoryReplicaStore store, FileId id, InMemoryReplica opened, long generation) : IReplicaReader
    {
        public FileRecord Record => opened.Record;

        public UInt128 Version { get; } = opened.Record.Version;

        public ReadOnlyMemory<ulong> PageChecksums => opened.PageChecksums;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            cancellationToken.ThrowIfCancellationRequested();
            var content = Content();
            var count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
            if (count == 0)
            {
                return new ValueTask<int>(0);
            }
            for (var page = offset / Pages.Size; page * Pages.Size < offset + count; page++)
            {
                var start = (int)(page * Pages.Size);
                if (XxHash3.HashToUInt64(content.AsSpan(start, Math.Min(Pages.Size, content.Length - start))) != opened.PageChecksums[page])
                {
                    store._index.MarkDamaged(id, generation);
                    throw new ReplicaDamagedException(id, start, $"The page at {start} of '{id}' fails verification. Read it from another machine.");
                }
            }
            content.AsSpan((int)offset, count).CopyTo(buffer.Span);
            return new ValueTask<int>(count);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>A flipped byte shows in readers that are open already, as on a disk; a delete or a replacement does not.</summary>
        private byte[] Content()
        {
            lock (store._lock)
            {
                return store._index.Held(id)?.Generation == generation ? store._replicas[id].Content : opened.Content;
            }
        }
    }
}
