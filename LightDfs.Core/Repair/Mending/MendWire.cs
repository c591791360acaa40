using System.Diagnostics.CodeAnalysis;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Repair.Mending;

/// <summary>How copies are sent to machines that lack them, and how those confirm what they hold.</summary>
internal static class MendWire
{
    /// <summary>Most things asked about in one question.</summary>
    public const int MostAsked = 1024;

    private const int AskedLength = 16 + 1 + 16;

    /// <summary>A replica, whose content is the body; or, with no record, a tombstone.</summary>
    public static ReadOnlyMemory<byte> Copy(FileId id, FileRecord? record, DateTimeOffset deletedAt) =>
        new WireWriter().File(id).Bytes(record is null ? [] : record.Encode()).Time(deletedAt).Written;

    public static bool TryReadCopy(ReadOnlySpan<byte> payload, out FileId id, out FileRecord? record, out DateTimeOffset deletedAt)
    {
        var from = new WireReader(payload);
        id = from.File();
        var encoded = from.Bytes(FileRecord.MaxEncodedLength);
        deletedAt = from.Time();
        record = null;
        return (encoded.IsEmpty || FileRecord.TryDecode(encoded, out record)) && from.IsComplete;
    }

    /// <summary>Under which ring is asked, and whether each copy is to be read before it is confirmed: without that, nothing may be dropped on the answer.</summary>
    public static ReadOnlyMemory<byte> Question(UInt128 fingerprint, bool verifies) => new WireWriter().UInt128(fingerprint).Byte(verifies ? (byte)1 : (byte)0).Written;

    public static bool TryReadQuestion(ReadOnlySpan<byte> payload, out UInt128 fingerprint, out bool verifies)
    {
        var from = new WireReader(payload);
        fingerprint = from.UInt128();
        var flag = from.Byte();
        verifies = flag == 1;
        return from.IsComplete && flag <= 1;
    }

    /// <summary>What an owner is asked to confirm.</summary>
    public static ReadOnlyMemory<byte> Asked(IReadOnlyList<ReplicaStamp> stamps)
    {
        var to = new WireWriter().Int32(stamps.Count);
        foreach (var stamp in stamps)
        {
            to.File(stamp.Id).Byte((byte)stamp.State).UInt128(stamp.Version);
        }
        return to.Written;
    }

    public static bool TryReadAsked(ReadOnlySpan<byte> message, [NotNullWhen(true)] out (FileId Id, ReplicaState State, UInt128 Version)[]? asked)
    {
        var from = new WireReader(message);
        asked = new (FileId, ReplicaState, UInt128)[from.Count(AskedLength)];
        for (var at = 0; at < asked.Length; at++)
        {
            asked[at] = (from.File(), (ReplicaState)from.Byte(), from.UInt128());
            if (asked[at].State is < ReplicaState.Present or > ReplicaState.Damaged)
            {
                from.Fail();
            }
        }
        return from.IsComplete && asked.Length <= MostAsked;
    }

    public static ReadOnlyMemory<byte> Confirmations(IReadOnlyList<Confirmation> confirmations)
    {
        var to = new WireWriter();
        foreach (var confirmation in confirmations)
        {
            to.Byte((byte)confirmation.Verdict).Time(confirmation.DeletedAt);
        }
        return to.Written;
    }

    public static bool TryReadConfirmations(ReadOnlySpan<byte> message, int count, [NotNullWhen(true)] out Confirmation[]? confirmations)
    {
        var from = new WireReader(message);
        confirmations = new Confirmation[message.Length == count * 9 ? count : 0];
        for (var at = 0; at < confirmations.Length; at++)
        {
            confirmations[at] = new((Verdict)from.Byte(), from.Time());
            if (confirmations[at].Verdict is < Verdict.Lacks or > Verdict.Damaged)
            {
                from.Fail();
            }
        }
        return from.IsComplete && confirmations.Length == count;
    }
}

/// <summary>What an owner says of something that another machine holds.</summary>
/// <param name="Verdict">What it has of it.</param>
/// <param name="DeletedAt">When it was deleted; the default unless it was.</param>
internal readonly record struct Confirmation(Verdict Verdict, DateTimeOffset DeletedAt);

/// <summary>What an owner has of something that another machine holds.</summary>
internal enum Verdict : byte
{
    /// <summary>Nothing: it is to be sent.</summary>
    Lacks = 1,

    /// <summary>The same, flushed; and verified just now, if that was asked for.</summary>
    Holds = 2,

    /// <summary>A tombstone, flushed.</summary>
    Deleted = 3,

    /// <summary>A smaller version, which wins.</summary>
    Smaller = 4,

    /// <summary>A larger version: the smaller is to be sent.</summary>
    Larger = 5,

    /// <summary>It cannot tell now.</summary>
    Unsure = 6,

    /// <summary>The same or a larger version, but damaged: it knows it, and it is to be sent.</summary>
    Damaged = 7,
}
