namespace LightDfs.Storage;

/// <summary>One replica being written. Disposing it without a commit leaves nothing. Not for several threads at once.</summary>
public interface IReplicaWriter : IAsyncDisposable
{
    /// <summary>Adds bytes of the content.</summary>
    /// <exception cref="InvalidDataException">More bytes than the record promises.</exception>
    /// <exception cref="StorageException">The disk is full, read-only or failing.</exception>
    ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the replica durable and visible, or says why not. Absent, or damaged with the same or no known version: stored. The same version: already stored.
    /// A tombstone: deleted. Another version: as <paramref name="mode"/> says, a conflict, or the smaller one stays and the larger one is set aside. All of it is decided, and done, under the id's lock. Call once.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes appended do not have the length or the checksum of the record. Nothing was stored.</exception>
    /// <exception cref="StorageException">The disk is full, read-only or failing. Nothing is visible.</exception>
    ValueTask<CommitOutcome> CommitAsync(CommitMode mode = CommitMode.New, CancellationToken cancellationToken = default);
}
