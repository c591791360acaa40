using LightDfs.Files;

namespace LightDfs.Storage;

/// <summary>One replica opened for reading; it stays readable to the end even when it is deleted meanwhile. Reads may run concurrently.</summary>
public interface IReplicaReader : IAsyncDisposable
{
    /// <summary>The record of the replica.</summary>
    FileRecord Record { get; }

    /// <summary>The version of the replica.</summary>
    UInt128 Version { get; }

    /// <summary>
    /// XxHash3 (64 bits, seed 0) of each page of <see cref="Pages.Size"/> bytes of the content, the last one shorter; as they were written. None for an empty file.
    /// </summary>
    ReadOnlyMemory<ulong> PageChecksums { get; }

    /// <summary>Reads verified bytes from <paramref name="offset"/>: exactly as many as the buffer takes, fewer only at the end of the content, 0 beyond it.</summary>
    /// <exception cref="ReplicaDamagedException">A page that the range touches fails verification. The replica is marked damaged; other pages stay readable.</exception>
    /// <exception cref="StorageException">The disk failed to read.</exception>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default);
}
