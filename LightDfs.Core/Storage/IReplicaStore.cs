using LightDfs.Files;

namespace LightDfs.Storage;

/// <summary>
/// The replicas and tombstones on this machine. What it has acknowledged is on stable storage. Thread-safe. After a failed flush it
/// takes and confirms nothing until it is opened anew by a restart: every write then throws <see cref="StorageException"/>.
/// </summary>
/// <remarks>
/// Writing does not hold up the caller's thread while a disk hangs: <see cref="BeginAsync"/> and what its writer does wait on threads of the pool, since a machine writes here and sends to its peers at once.
/// </remarks>
public interface IReplicaStore : IAsyncDisposable
{
    /// <summary>
    /// Opens the store: keeps other processes out, removes what unfinished writes left, flushes what is found, and builds the index. Called once, before anything else.
    /// </summary>
    /// <exception cref="StorageException">In use, read-only, full or failing. The message names the path and the remedy.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>How full the store is, as far as is known without asking the disk: it is read many times a second, and must answer at once also while the disk hangs.</summary>
    ReplicaStoreUsage Usage { get; }

    /// <summary>
    /// Reads a small document that <see cref="SaveDocumentAsync"/> kept; <see langword="null"/> when there never was one of this name.
    /// </summary>
    /// <param name="name">Lower-case letters and hyphens, at most 32.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidDataException">The document is damaged. The message names its path.</exception>
    /// <exception cref="StorageException">The disk failed.</exception>
    ValueTask<ReadOnlyMemory<byte>?> LoadDocumentAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Keeps a small document (at most 16 MiB) under a name, whole or not at all; durable when this returns.</summary>
    /// <exception cref="StorageException">The disk is full, read-only or failing. The former document stays.</exception>
    ValueTask SaveDocumentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>What is held under an id; <see langword="null"/> when nothing is. From the index: does not touch the disk.</summary>
    ReplicaStamp? Find(FileId id);

    /// <summary>Begins to write a replica.</summary>
    /// <exception cref="StorageException">The disk is full (the reserve is for tombstones), read-only or failing.</exception>
    ValueTask<IReplicaWriter> BeginAsync(FileId id, FileRecord record, CancellationToken cancellationToken = default);

    /// <summary>Opens a replica for reading; <see langword="null"/> when nothing, or a tombstone, is held. The caller disposes the answer.</summary>
    /// <exception cref="ReplicaDamagedException">Its record or page checksums cannot be read; it is marked damaged.</exception>
    /// <exception cref="StorageException">The disk failed.</exception>
    ValueTask<IReplicaReader?> OpenReplicaAsync(FileId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts a tombstone in place of whatever is held under an id, also of nothing. Of two tombstones the later time stays. Durable when this returns.
    /// </summary>
    /// <returns>What was held before; <see langword="null"/> for nothing.</returns>
    /// <exception cref="StorageException">The disk is full to the last byte, read-only or failing.</exception>
    ValueTask<ReplicaStamp?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default);

    /// <summary>What is held, in id order, beginning after <paramref name="after"/> (<see langword="null"/>: from the first), at most <paramref name="limit"/> of it.</summary>
    IReadOnlyList<ReplicaStamp> List(FileId? after, int limit);

    /// <summary>
    /// The files whose replicas here say that they expire (<see cref="FileRecord.ExpiresAt"/>) at <paramref name="until"/> or before, the longest expired first, then in id order; at most
    /// <paramref name="limit"/>. From the index: does not touch the disk. A damaged replica is among them while its expiry is known; a tombstone is not.
    /// </summary>
    IReadOnlyList<FileId> ListExpired(DateTimeOffset until, int limit);

    /// <summary>What is held of one partition, in id order.</summary>
    IReadOnlyList<ReplicaStamp> ListPartition(int partition);

    /// <summary>The partitions of which anything is held, with their digests, in order; all of one moment.</summary>
    IReadOnlyList<HeldPartition> ListPartitions();

    /// <summary>The digest of one partition.</summary>
    PartitionDigest DigestOf(int partition);

    /// <summary>
    /// Lets go of a replica or tombstone, without a trace: others hold it. Nothing happens when what is held is not exactly this any more, or <paramref name="isAllowed"/>, asked under
    /// the id's lock, says no.
    /// </summary>
    /// <returns>True when it is gone, for good.</returns>
    /// <exception cref="StorageException">The disk failed.</exception>
    ValueTask<bool> RemoveAsync(ReplicaStamp held, Func<bool> isAllowed, CancellationToken cancellationToken = default);

    /// <summary>Takes a tombstone out of the digest: see <see cref="ReplicaStamp.IsForgotten"/>. Nothing happens to anything else. Not kept on disk: another opening finds it in the digest.</summary>
    void Forget(FileId id);

    /// <summary>Moves a replica aside, durably, unless what is held is not exactly this any more, or <paramref name="isAllowed"/>, asked under the id's lock, says no.</summary>
    /// <returns>True when it is set aside.</returns>
    /// <exception cref="ArgumentException">It is no replica, or one whose version is not known.</exception>
    /// <exception cref="StorageException">The disk failed.</exception>
    ValueTask<bool> SetAsideAsync(ReplicaStamp held, SetAsideReason reason, Func<bool> isAllowed, CancellationToken cancellationToken = default);

    /// <summary>What is set aside, by id, then version.</summary>
    IReadOnlyList<SetAsideReplica> ListSetAside();

    /// <summary>True when a replica of this id is set aside here.</summary>
    bool HasSetAside(FileId id);

    /// <summary>Opens a replica that is set aside; <see langword="null"/> when there is none of this version. The caller disposes the answer.</summary>
    /// <exception cref="ReplicaDamagedException">Its record or page checksums cannot be read.</exception>
    /// <exception cref="StorageException">The disk failed.</exception>
    ValueTask<IReplicaReader?> OpenSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default);

    /// <summary>Throws away a replica that is set aside.</summary>
    /// <returns>False when there was none of this version.</returns>
    /// <exception cref="StorageException">The disk failed.</exception>
    ValueTask<bool> DiscardSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default);

    /// <summary>Reads a whole replica, checks every page and the content's checksum, and marks it damaged if one fails.</summary>
    /// <returns>What is held now; <see langword="null"/> for nothing.</returns>
    /// <exception cref="StorageException">The disk failed.</exception>
    ValueTask<ReplicaStamp?> VerifyAsync(FileId id, CancellationToken cancellationToken = default);
}
