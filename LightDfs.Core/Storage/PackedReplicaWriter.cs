using System.Buffers;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Storage.Index;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage;

/// <summary>Gathers a small replica in memory, and appends it to a volume.</summary>
internal sealed class PackedReplicaWriter : ReplicaWriter
{
    private readonly int _size;
    private byte[]? _bytes;
    private int _count;

    public PackedReplicaWriter(ReplicaFiles files, FileId id, FileRecord record)
        : base(files, id, record)
    {
        _size = VolumeEntry.LengthOf(record.ReplicaLength, EncodedRecord.Length);
        files.Space.Promise(_size);
        _bytes = ArrayPool<byte>.Shared.Rent((int)record.ReplicaLength + TrailerLength);
    }

    protected override UInt128 ContentChecksum => XxHash128.HashToUInt128(_bytes.AsSpan(0, _count));

    private int TrailerLength => (Pages.CountOf(Record.ReplicaLength) * sizeof(ulong)) + EncodedRecord.Length;

    protected override bool IsDisposed => _bytes is null;

    protected override ValueTask KeepAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        content.Span.CopyTo(_bytes.AsSpan(_count));
        _count += content.Length;
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            Files.Space.Withdraw(_size);
            ArrayPool<byte>.Shared.Return(bytes);
        }
        return ValueTask.CompletedTask;
    }

    protected override async Task<CommitOutcome> PublishAsync(CommitMode mode, CancellationToken cancellationToken)
    {
        using var locked = await Files.Locks.EnterAsync(Id, cancellationToken).ConfigureAwait(false);
        Files.Health.CheckWritable();
        var held = Files.Index.Held(Id);
        if (CommitRule.Refusal(held?.Stamp, Version, mode) is { } refusal)
        {
            return refusal;
        }
        if (held is { } other && CommitRule.SetsAside(other.Stamp, Version))
        {
            await SetAsideAsync(other).ConfigureAwait(false);
        }
        var placed = await Files.Log.AppendAsync(Entry()).ConfigureAwait(false);
        Files.Space.Used(_size);
        Files.Index.Put(new ReplicaStamp(Id, ReplicaState.Present, Version, Record.ReplicaLength, default), placed.Entry.Sequence, Record.ExpiresAt, placed.Place);
        if (held is { Place.IsInVolume: false })
        {
            // The damaged one, in a file of its own; what stays of it goes when the store is opened next.
            Files.Discard(Files.Paths.ReplicaOf(Id));
        }
        Files.Care.Consider(held?.Place ?? default);
        return CommitOutcome.Stored;
    }

    // On another thread, since it waits for the disk; and to its end, since what was half set aside would be in two places. By itself, lest every put make a closure for it.
    private Task SetAsideAsync(HeldReplica other) => Task.Run(() => Files.Aside.TakeAsync(other, SetAsideReason.Clash), CancellationToken.None);

    private VolumeAppend Entry()
    {
        var trailer = _bytes.AsMemory(_count, TrailerLength);
        ReplicaTrailer.Encode(Pages.ChecksumsOf(_bytes.AsSpan(0, _count)), EncodedRecord, trailer.Span);
        return new VolumeAppend(
            VolumeEntry.OfReplica(Id, Version, Record, EncodedRecord.Length), trailer, XxHash3.HashToUInt64(trailer.Span), _bytes.AsMemory(0, _count));
    }
}
