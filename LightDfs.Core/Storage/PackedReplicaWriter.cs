using System.Buffers;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage;

/// <summary>Gathers a small replica in memory, and appends it to a volume.</summary>
internal sealed class PackedReplicaWriter : IReplicaWriter
{
    private readonly ReplicaFiles _files;
    private readonly FileId _id;
    private readonly FileRecord _record;
    private readonly byte[] _encodedRecord;
    private readonly UInt128 _version;
    private readonly ContentHasher _hasher;
    private readonly int _size;
    private byte[]? _bytes;
    private int _count;
    private bool _committing;

    public PackedReplicaWriter(ReplicaFiles files, FileId id, FileRecord record)
    {
        _files = files;
        _id = id;
        _record = record;
        _encodedRecord = record.Encode();
        _version = XxHash128.HashToUInt128(_encodedRecord);
        _hasher = new ContentHasher(record.ReplicaLength);
        _size = VolumeEntry.LengthOf(record.ReplicaLength, _encodedRecord.Length);
        files.Space.Promise(_size);
        _bytes = ArrayPool<byte>.Shared.Rent((int)record.ReplicaLength + TrailerLength);
    }

    private int TrailerLength => (Pages.CountOf(_record.ReplicaLength) * sizeof(ulong)) + _encodedRecord.Length;

    public ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckUsable();
        _hasher.CheckRoom(_id, content.Length);
        content.Span.CopyTo(_bytes.AsSpan(_count));
        _hasher.Append(content.Span);
        _count += content.Length;
        return ValueTask.CompletedTask;
    }

    public async ValueTask<CommitOutcome> CommitAsync(CommitMode mode = CommitMode.New, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckUsable();
        _committing = true;
        try
        {
            _hasher.CheckComplete(_id, _record);
            return await CommitCoreAsync(mode, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            _files.Space.Withdraw(_size);
            ArrayPool<byte>.Shared.Return(bytes);
        }
        return ValueTask.CompletedTask;
    }

    private void CheckUsable()
    {
        ObjectDisposedException.ThrowIf(_bytes is null, this);
        if (_committing)
        {
            throw new InvalidOperationException($"The replica of '{_id}' is being committed already. A writer commits once.");
        }
        _files.Health.CheckWritable();
    }

    private async Task<CommitOutcome> CommitCoreAsync(CommitMode mode, CancellationToken cancellationToken)
    {
        using var locked = await _files.Locks.EnterAsync(_id, cancellationToken).ConfigureAwait(false);
        _files.Health.CheckWritable();
        var held = _files.Index.Held(_id);
        if (CommitRule.Refusal(held?.Stamp, _version, mode) is { } refusal)
        {
            return refusal;
        }
        if (held is { } other && CommitRule.SetsAside(other.Stamp, _version))
        {
            await _files.Aside.TakeAsync(other, SetAsideReason.Clash).ConfigureAwait(false);
        }
        var placed = await _files.Log.AppendAsync(Entry()).ConfigureAwait(false);
        _files.Space.Used(_size);
        _files.Index.Put(new ReplicaStamp(_id, ReplicaState.Present, _version, _record.ReplicaLength, default), placed.Entry.Sequence, _record.ExpiresAt, placed.Place);
        if (held is { Place.IsInVolume: false })
        {
            // The damaged one, in a file of its own; what stays of it goes when the store is opened next.
            _files.Discard(_files.Paths.ReplicaOf(_id));
        }
        _files.Care.Consider(held?.Place ?? default);
        return CommitOutcome.Stored;
    }

    private VolumeAppend Entry()
    {
        var trailer = _bytes.AsMemory(_count, TrailerLength);
        ReplicaTrailer.Encode(_hasher.PageChecksums, _encodedRecord, trailer.Span);
        return new VolumeAppend(
            VolumeEntry.OfReplica(_id, _version, _record, _encodedRecord.Length), trailer, XxHash3.HashToUInt64(trailer.Span), _bytes.AsMemory(0, _count));
    }
}
