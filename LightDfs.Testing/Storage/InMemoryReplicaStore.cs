using LightDfs.Files;
using LightDfs.Storage;
using LightDfs.Storage.Index;

namespace LightDfs.Testing.Storage;

/// <summary>
/// A replica store in memory, for tests. What it has acknowledged stays through <see cref="DisposeAsync"/>, and is there again after another
/// <see cref="OpenAsync"/>, as on a disk. It can be made full, failing, and damaged.
/// </summary>
public sealed partial class InMemoryReplicaStore : IReplicaStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FileId, InMemoryReplica> _replicas = [];
    private readonly SortedDictionary<(FileId Id, UInt128 Version), (SetAsideReplica Aside, InMemoryReplica Replica)> _aside = [];
    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    private readonly ReplicaIndex _index = new();
    private bool _open;
    private int _opening;
    private string? _failure;

    /// <summary>True while the store takes no replicas; tombstones and documents it takes.</summary>
    public bool IsFull { get; set; }

    /// <summary>How often a document was saved.</summary>
    public int DocumentsSaved { get; private set; }

    /// <inheritdoc/>
    public ReplicaStoreUsage Usage
    {
        get
        {
            lock (_lock)
            {
                CheckOpen();
                var totals = _index.Totals;
                return new ReplicaStoreUsage(totals.Replicas, totals.Damaged, totals.Tombstones, totals.Bytes, IsFull ? 0 : long.MaxValue, IsFull, _failure);
            }
        }
    }

    /// <summary>From now on the store takes and confirms nothing, as after a failed flush, until it is opened anew.</summary>
    public void Fail(string why)
    {
        lock (_lock)
        {
            _failure = why;
        }
    }

    /// <summary>Flips a bit of the content of a replica, which reading then finds.</summary>
    /// <exception cref="ArgumentException">There is no such byte.</exception>
    public void FlipByte(FileId id, long offset)
    {
        lock (_lock)
        {
            if (!_replicas.TryGetValue(id, out var replica) || offset < 0 || offset >= replica.Content.Length)
            {
                throw new ArgumentException($"There is no byte {offset} of a replica of '{id}'.", nameof(offset));
            }
            var content = replica.Content.ToArray();
            content[offset] ^= 0x40;
            _replicas[id] = replica with { Content = content };
        }
    }

    /// <summary>Another store, not open, that holds the same, as a copy of the disk would.</summary>
    public InMemoryReplicaStore Copy()
    {
        var copy = new InMemoryReplicaStore();
        lock (_lock)
        {
            foreach (var (id, replica) in _replicas)
            {
                copy._replicas[id] = replica;
            }
            foreach (var (key, aside) in _aside)
            {
                copy._aside[key] = aside;
            }
            foreach (var (name, content) in _documents)
            {
                copy._documents[name] = content;
            }
            foreach (var stamp in _index.List(null, int.MaxValue))
            {
                copy._index.Put(stamp, copy._replicas.GetValueOrDefault(stamp.Id)?.Record.ExpiresAt);
            }
        }
        return copy;
    }

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_open)
            {
                throw new InvalidOperationException("The store is open already. Dispose of it before opening it again.");
            }
            // What was forgotten is known again, as on a disk.
            foreach (var forgotten in _index.List(null, int.MaxValue).Where(stamp => stamp.IsForgotten))
            {
                _index.Put(forgotten with { IsForgotten = false });
            }
            _open = true;
            _opening++;
            _failure = null;
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ReplicaStamp? Find(FileId id) => Opened().Find(id);

    /// <inheritdoc/>
    public IReadOnlyList<ReplicaStamp> List(FileId? after, int limit) => Opened().List(after, limit);

    /// <inheritdoc/>
    public IReadOnlyList<FileId> ListExpired(DateTimeOffset until, int limit) => Opened().ListExpired(until, limit);

    /// <inheritdoc/>
    public IReadOnlyList<ReplicaStamp> ListPartition(int partition) => Opened().ListPartition(partition);

    /// <inheritdoc/>
    public IReadOnlyList<HeldPartition> ListPartitions() => Opened().ListPartitions();

    /// <inheritdoc/>
    public PartitionDigest DigestOf(int partition) => Opened().DigestOf(partition);

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> LoadDocumentAsync(string name, CancellationToken cancellationToken = default)
    {
        DocumentFile.CheckName(name);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            CheckOpen();
            return new ValueTask<ReadOnlyMemory<byte>?>(_documents.TryGetValue(name, out var content) ? new ReadOnlyMemory<byte>([.. content]) : default(ReadOnlyMemory<byte>?));
        }
    }

    /// <inheritdoc/>
    public ValueTask SaveDocumentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        DocumentFile.CheckName(name);
        DocumentFile.CheckContent(content);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            CheckWritable();
            _documents[name] = content.ToArray();
            DocumentsSaved++;
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ReplicaStamp?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            CheckWritable();
            var before = _index.Find(id);
            var kept = DateTimeOffset.FromUnixTimeMilliseconds(deletedAt.ToUnixTimeMilliseconds());
            if (before is not { State: ReplicaState.Deleted } tombstone || tombstone.DeletedAt < kept)
            {
                _index.Put(new ReplicaStamp(id, ReplicaState.Deleted, 0, 0, kept));
                _replicas.Remove(id);
            }
            return new ValueTask<ReplicaStamp?>(before);
        }
    }

    /// <summary>Closes the store; what it holds stays for another <see cref="OpenAsync"/>.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _open = false;
        }
        return ValueTask.CompletedTask;
    }

    private ReplicaIndex Opened()
    {
        lock (_lock)
        {
            CheckOpen();
            return _index;
        }
    }

    private void CheckOpen()
    {
        if (!_open)
        {
            throw new InvalidOperationException("The store is not open. Call OpenAsync first.");
        }
    }

    private void CheckWritable(int opening)
    {
        ObjectDisposedException.ThrowIf(opening != _opening, this);
        CheckWritable();
    }

    private void CheckWritable()
    {
        CheckOpen();
        if (_failure is { } failure)
        {
            throw new StorageException(StorageFailure.Failing, failure);
        }
    }
}
