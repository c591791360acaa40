using System.IO.Hashing;
using LightDfs.Files;

namespace LightDfs.Storage;

/// <summary>What writing a replica is, wherever it is kept: a content that is checked against its record as it passes by, and one commit.</summary>
internal abstract class ReplicaWriter : IReplicaWriter
{
    private bool _committing;

    protected ReplicaWriter(ReplicaFiles files, FileId id, FileRecord record)
    {
        (Files, Id, Record, EncodedRecord) = (files, id, record, record.Encode());
        Version = XxHash128.HashToUInt128(EncodedRecord);
        Hasher = new ContentHasher(record.ReplicaLength);
    }

    protected ReplicaFiles Files { get; }

    protected FileId Id { get; }

    protected FileRecord Record { get; }

    protected byte[] EncodedRecord { get; }

    protected UInt128 Version { get; }

    protected ContentHasher Hasher { get; }

    protected abstract bool IsDisposed { get; }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckUsable();
        Hasher.CheckRoom(Id, content.Length);
        await KeepAsync(content, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<CommitOutcome> CommitAsync(CommitMode mode = CommitMode.New, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckUsable();
        _committing = true;
        try
        {
            Hasher.CheckComplete(Id, Record);
            return await PublishAsync(mode, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Takes bytes that fit, and hashes them.</summary>
    protected abstract ValueTask KeepAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes the complete content durable and visible, or says why not.</summary>
    protected abstract Task<CommitOutcome> PublishAsync(CommitMode mode, CancellationToken cancellationToken);

    private void CheckUsable()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_committing)
        {
            throw new InvalidOperationException($"The replica of '{Id}' is being committed already. A writer commits once.");
        }
        Files.Health.CheckWritable();
    }
}
