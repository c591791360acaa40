using System.Buffers;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Storage.Disks;

namespace LightDfs.Storage;

/// <summary>Writes one replica to a temporary file, and publishes it.</summary>
internal sealed class FileReplicaWriter : ReplicaWriter
{
    private readonly string _temp;
    private readonly IDiskWriter _file;
    private readonly ContentHasher _hasher;
    private long _promised;
    private bool _disposed;
    private bool _published;

    public FileReplicaWriter(ReplicaFiles files, FileId id, FileRecord record)
        : base(files, id, record)
    {
        var bytes = ReplicaFooter.FileLengthOf(record.ReplicaLength, EncodedRecord.Length);
        files.Space.Promise(bytes);
        _promised = bytes;
        _hasher = new ContentHasher(record.ReplicaLength);
        _temp = files.NewTempPath();
        try
        {
            _file = files.Disk.CreateNew(_temp);
        }
        catch
        {
            files.Space.Withdraw(_promised);
            throw;
        }
    }

    protected override bool IsDisposed => _disposed;

    protected override UInt128 ContentChecksum => _hasher.Checksum;

    // A full page cache makes writes wait for the disk; whoever feeds several machines at once must not wait with it.
    protected override ValueTask KeepAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => new(Task.Run(() => Append(content.Span), cancellationToken));

    protected override Task<CommitOutcome> PublishAsync(CommitMode mode, CancellationToken cancellationToken) => Task.Run(() => CommitCoreAsync(mode, cancellationToken), cancellationToken);

    public override ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _file.Dispose();
            Files.Space.Withdraw(_promised);
            if (!_published)
            {
                Files.Discard(_temp);
            }
        }
        return ValueTask.CompletedTask;
    }

    private void Append(ReadOnlySpan<byte> content)
    {
        Write(content);
        _hasher.Append(content);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file.Append(bytes);
        }
        catch (StorageException full) when (full.Failure == StorageFailure.Full)
        {
            Files.Space.RanFull();
            throw;
        }
        _promised -= bytes.Length;
        Files.Space.Wrote(bytes.Length);
    }

    private async Task<CommitOutcome> CommitCoreAsync(CommitMode mode, CancellationToken cancellationToken)
    {
        Files.Health.CheckWritable();
        // What needs no trailer is not flushed either; and the flush of what does is not waited for under the lock.
        var isSealed = CommitRule.Refusal(Files.Index.Find(Id), Version, mode) is null;
        if (isSealed)
        {
            Seal();
        }
        using var held = await Files.Locks.EnterAsync(Id, cancellationToken).ConfigureAwait(false);
        Files.Health.CheckWritable();
        if (CommitRule.Refusal(Files.Index.Find(Id), Version, mode) is { } refusal)
        {
            return refusal;
        }
        if (!isSealed)
        {
            // What was held has been found damaged since the first look.
            Seal();
        }
        Files.EnsureDirectoryOf(Id);
        var before = Files.Index.Held(Id);
        if (before is { } other && CommitRule.SetsAside(other.Stamp, Version))
        {
            await Files.Aside.TakeAsync(other, SetAsideReason.Clash).ConfigureAwait(false);
        }
        Files.Publish(_temp, Files.Paths.ReplicaOf(Id));
        _published = true;
        // What a volume holds of it is damaged, or aside by now. Let go of only now: after a crash both may be there, but never neither.
        try
        {
            await Files.LetGoAsync(Id, isReplaced: true).ConfigureAwait(false);
        }
        catch
        {
            // The index says that it is in the volume, and nobody is told of a file.
            Files.Discard(Files.Paths.ReplicaOf(Id));
            throw;
        }
        Files.Index.Put(new ReplicaStamp(Id, ReplicaState.Present, Version, Record.ReplicaLength, default), Record.ExpiresAt);
        Files.Care.Consider(before?.Place ?? default);
        return CommitOutcome.Stored;
    }

    private void Seal()
    {
        WriteTrailer();
        Files.Flush(_file);
        _file.Dispose();
    }

    private void WriteTrailer()
    {
        var checksums = _hasher.PageChecksums;
        var trailerLength = (checksums.Count * sizeof(ulong)) + EncodedRecord.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(trailerLength + ReplicaFooter.Size);
        try
        {
            ReplicaTrailer.Encode(checksums, EncodedRecord, bytes);
            var footer = new ReplicaFooter(Id, Version, Record.ReplicaLength, EncodedRecord.Length, XxHash3.HashToUInt64(bytes.AsSpan(0, trailerLength)), Record.ExpiresAt);
            footer.Encode(bytes.AsSpan(trailerLength, ReplicaFooter.Size));
            Write(bytes.AsSpan(0, trailerLength + ReplicaFooter.Size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
