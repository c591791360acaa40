using System.Diagnostics.CodeAnalysis;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>How requests for replicas, and their answers, are encoded: one pair of methods for each, next to each other.</summary>
internal static class ReplicaWire
{
    public static ReadOnlyMemory<byte> Store(FileId id, FileRecord record) => new WireWriter().File(id).Bytes(record.Encode()).Written;

    public static bool TryReadStore(ReadOnlySpan<byte> payload, out FileId id, [NotNullWhen(true)] out FileRecord? record)
    {
        var from = new WireReader(payload);
        id = from.File();
        record = ReadRecord(ref from);
        return from.IsComplete && record is not null;
    }

    public static ReadOnlyMemory<byte> Id(FileId id) => new WireWriter().File(id).Written;

    public static bool TryReadId(ReadOnlySpan<byte> payload, out FileId id)
    {
        var from = new WireReader(payload);
        id = from.File();
        return from.IsComplete;
    }

    public static ReadOnlyMemory<byte> Record(FileRecord record) => new WireWriter().Bytes(record.Encode()).Written;

    public static bool TryReadRecord(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out FileRecord? record)
    {
        var from = new WireReader(payload);
        record = ReadRecord(ref from);
        return from.IsComplete && record is not null;
    }

    public static ReadOnlyMemory<byte> Delete(FileId id, DateTimeOffset deletedAt) => new WireWriter().File(id).Time(deletedAt).Written;

    public static bool TryReadDelete(ReadOnlySpan<byte> payload, out FileId id, out DateTimeOffset deletedAt)
    {
        var from = new WireReader(payload);
        id = from.File();
        deletedAt = from.Time();
        return from.IsComplete;
    }

    public static ReadOnlyMemory<byte> Before(ReplicaState? state) => new WireWriter().Byte((byte)(state ?? 0)).Written;

    public static bool TryReadBefore(ReadOnlySpan<byte> payload, out ReplicaState? state)
    {
        var from = new WireReader(payload);
        var value = from.Byte();
        state = value == 0 ? null : (ReplicaState)value;
        return from.IsComplete && value <= (byte)ReplicaState.Damaged;
    }

    /// <summary>Asks for a window of whole pages, and for the record too where <paramref name="withRecord"/>; version zero is any.</summary>
    public static ReadOnlyMemory<byte> Read(FileId id, UInt128 version, int page, int pages, bool withRecord) =>
        new WireWriter().File(id).UInt128(version).Int32(page).Int32(pages).Bool(withRecord).Written;

    public static bool TryReadRead(ReadOnlySpan<byte> payload, out (FileId Id, UInt128 Version, int Page, int Pages, bool WithRecord) read)
    {
        var from = new WireReader(payload);
        read = (from.File(), from.UInt128(), from.Int32(), from.Int32(), from.Bool());
        return from.IsComplete && read is { Page: >= 0, Pages: > 0 and <= WindowPages };
    }

    /// <summary>Most pages in one window, 64 MiB: their checksums fit into a head beside a record of usual length.</summary>
    public const int WindowPages = 1024;

    public static ReadOnlyMemory<byte> Window(UInt128 version, FileRecord? record, ReadOnlySpan<ulong> checksums)
    {
        var to = new WireWriter().UInt128(version).Bytes(record is null ? [] : record.Encode()).Int32(checksums.Length);
        foreach (var checksum in checksums)
        {
            to.UInt64(checksum);
        }
        return to.Written;
    }

    public static bool TryReadWindow(ReadOnlySpan<byte> payload, out UInt128 version, out FileRecord? record, out ulong[] checksums)
    {
        var from = new WireReader(payload);
        version = from.UInt128();
        var encoded = from.Bytes(FileRecord.MaxEncodedLength);
        record = null;
        if (encoded.Length > 0 && !FileRecord.TryDecode(encoded, out record))
        {
            from.Fail();
        }
        checksums = new ulong[from.Count(8)];
        for (var i = 0; i < checksums.Length; i++)
        {
            checksums[i] = from.UInt64();
        }
        return from.IsComplete;
    }

    public static ReadOnlyMemory<byte> List(FileId? after) => new WireWriter().UInt128(after?.Value ?? 0).Written;

    public static bool TryReadList(ReadOnlySpan<byte> payload, out FileId? after)
    {
        var from = new WireReader(payload);
        var value = from.UInt128();
        after = value == 0 ? null : new FileId(value);
        return from.IsComplete;
    }

    public static ReadOnlyMemory<byte> Lines(ListPage page)
    {
        var to = new WireWriter().UInt128(page.Next?.Value ?? 0).Int32(page.Lines.Count);
        foreach (var line in page.Lines)
        {
            to.File(line.Id).Byte((byte)line.State).Bytes(line.Record is null ? [] : line.Record.Encode());
        }
        return to.Written;
    }

    public static bool TryReadLines(ReadOnlySpan<byte> message, out ListPage page)
    {
        var from = new WireReader(message);
        var next = from.UInt128();
        var count = from.Count(16 + 1 + 4);
        var lines = new List<ListedReplica>(count);
        for (var i = 0; i < count && !from.HasFailed; i++)
        {
            var id = from.File();
            var state = (ReplicaState)from.Byte();
            var encoded = from.Bytes(FileRecord.MaxEncodedLength);
            FileRecord? record = null;
            if (state is < ReplicaState.Present or > ReplicaState.Damaged || (encoded.Length > 0 && !FileRecord.TryDecode(encoded, out record)))
            {
                from.Fail();
            }
            lines.Add(new(id, state, record));
        }
        page = new(lines, next == 0 ? null : new FileId(next));
        return from.IsComplete;
    }

    /// <summary>What is held, beside the id, which the asker knows; state zero for nothing.</summary>
    public static ReadOnlyMemory<byte> Held(ReplicaStamp? held)
    {
        var stamp = held ?? default;
        return new WireWriter().Byte((byte)stamp.State).UInt128(stamp.Version).Int64(stamp.Length).Time(stamp.DeletedAt).Written;
    }

    public static bool TryReadHeld(ReadOnlySpan<byte> payload, FileId id, out ReplicaStamp? held)
    {
        var from = new WireReader(payload);
        var stamp = new ReplicaStamp(id, (ReplicaState)from.Byte(), from.UInt128(), from.Int64(), from.Time());
        held = stamp.State == 0 ? null : stamp;
        return from.IsComplete && stamp is { State: <= ReplicaState.Damaged, Length: >= 0 };
    }

    private static FileRecord? ReadRecord(ref WireReader from) =>
        FileRecord.TryDecode(from.Bytes(FileRecord.MaxEncodedLength), out var record) ? record : null;
}
