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
    }

    protected ReplicaFiles Files { get; }

    protected FileId Id { get; }

    protected FileRecord Record { get; }

    protected byte[] EncodedRecord { get; }

    protected UInt128 Version { get; }

    /// <summary>Bytes taken so far.</summary>
    protected long Taken { get; private set; }

    /// <summary>XxHash128 of the complete content.</summary>
    protected abstract UInt128 ContentChecksum { get; }

    protected abstract bool IsDisposed { get; }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckUsable();
        if (content.Length > Record.ReplicaLength - Taken)
        {
            throw new InvalidDataException($"The content of '{Id}' is longer than the {Record.ReplicaLength} bytes its record promises. Store it anew with the right record.");
        }
        await KeepAsync(content, cancellationToken).ConfigureAwait(false);
        Taken += content.Length;
    }

    public async ValueTask<CommitOutcome> CommitAsync(CommitMode mode = CommitMode.New, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckUsable();
        _committing = true;
        try
        {
            CheckComplete();
            return await PublishAsync(mode, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Takes bytes that fit.</summary>
    protected abstract ValueTask KeepAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes the complete content durable and visible, or says why not.</summary>
    protected abstract Task<CommitOutcome> PublishAsync(CommitMode mode, CancellationToken cancellationToken);

    private void CheckComplete()
    {
        if (Taken != Record.ReplicaLength)
        {
            throw new InvalidDataException($"The content of '{Id}' ended after {Taken} of the {Record.ReplicaLength} bytes its record promises. Send it again.");
        }
        if (ContentChecksum != Record.ReplicaChecksum)
        {
            throw new InvalidDataException($"The content of '{Id}' does not have the checksum of its record: it was changed on the way, or the record is another's. Send it again.");
        }
    }

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
