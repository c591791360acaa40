using System.Buffers;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Storage.Disks;

namespace LightDfs.Storage;

/// <summary>Writes one replica to a temporary file, and publishes it.</summary>
internal sealed class FileReplicaWriter : IReplicaWriter
{
    private readonly ReplicaFiles _files;
    private readonly FileId _id;
    private readonly FileRecord _record;
    private readonly byte[] _encodedRecord;
    private readonly UInt128 _version;
    private readonly string _temp;
    private readonly IDiskWriter _file;
    private readonly ContentHasher _hasher;
    private long _promised;
    private bool _committing;
    private bool _disposed;
    private bool _published;

    public FileReplicaWriter(ReplicaFiles files, FileId id, FileRecord record)
    {
        _files = files;
        _id = id;
        _record = record;
        _encodedRecord = record.Encode();
        _version = XxHash128.HashToUInt128(_encodedRecord);
        _hasher = new ContentHasher(record.ReplicaLength);
        var bytes = ReplicaFooter.FileLengthOf(record.ReplicaLength, _encodedRecord.Length);
        files.Space.Promise(bytes);
        _promised = bytes;
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

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckUsable();
        _hasher.CheckRoom(_id, content.Length);

        // A full page cache makes writes wait for the disk; whoever feeds several machines at once must not wait with it.
        if (content.Length < Pages.Size)
        {
            Append(content.Span);
            return;
        }
        await Task.Run(() => Append(content.Span), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<CommitOutcome> CommitAsync(CommitMode mode = CommitMode.New, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckUsable();
        _committing = true;
        try
        {
            _hasher.CheckComplete(_id, _record);
            return await Task.Run(() => CommitCoreAsync(mode, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _file.Dispose();
            _files.Space.Withdraw(_promised);
            if (!_published)
            {
                _files.Discard(_temp);
            }
        }
        return ValueTask.CompletedTask;
    }

    private void CheckUsable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_committing)
        {
            throw new InvalidOperationException($"The replica of '{_id}' is being committed already. A writer commits once.");
        }
        _files.Health.CheckWritable();
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
            _files.Space.RanFull();
            throw;
        }
        _promised -= bytes.Length;
        _files.Space.Wrote(bytes.Length);
    }

    private async Task<CommitOutcome> CommitCoreAsync(CommitMode mode, CancellationToken cancellationToken)
    {
        _files.Health.CheckWritable();
        // What needs no trailer is not flushed either; and the flush of what does is not waited for under the lock.
        var isSealed = CommitRule.Refusal(_files.Index.Find(_id), _version, mode) is null;
        if (isSealed)
        {
            Seal();
        }
        using var held = await _files.Locks.EnterAsync(_id, cancellationToken).ConfigureAwait(false);
        _files.Health.CheckWritable();
        if (CommitRule.Refusal(_files.Index.Find(_id), _version, mode) is { } refusal)
        {
            return refusal;
        }
        if (!isSealed)
        {
            // What was held has been found damaged since the first look.
            Seal();
        }
        _files.EnsureDirectoryOf(_id);
        if (_files.Index.Held(_id) is { } other && CommitRule.SetsAside(other.Stamp, _version))
        {
            await _files.Aside.TakeAsync(other, SetAsideReason.Clash).ConfigureAwait(false);
        }
        // What a volume holds of it is damaged, or aside by now; it must not count any more when the file is there.
        await _files.LetGoAsync(_id, isReplaced: true).ConfigureAwait(false);
        _files.Publish(_temp, _files.Paths.ReplicaOf(_id));
        _published = true;
        _files.Index.Put(new ReplicaStamp(_id, ReplicaState.Present, _version, _record.ReplicaLength, default), _record.ExpiresAt);
        return CommitOutcome.Stored;
    }

    private void Seal()
    {
        WriteTrailer();
        _files.Flush(_file);
        _file.Dispose();
    }

    private void WriteTrailer()
    {
        var checksums = _hasher.PageChecksums;
        var trailerLength = (checksums.Count * sizeof(ulong)) + _encodedRecord.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(trailerLength + ReplicaFooter.Size);
        try
        {
            ReplicaTrailer.Encode(checksums, _encodedRecord, bytes);
            var footer = new ReplicaFooter(_id, _version, _record.ReplicaLength, _encodedRecord.Length, XxHash3.HashToUInt64(bytes.AsSpan(0, trailerLength)), _record.ExpiresAt);
            footer.Encode(bytes.AsSpan(trailerLength, ReplicaFooter.Size));
            Write(bytes.AsSpan(0, trailerLength + ReplicaFooter.Size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
