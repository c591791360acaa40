using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Repair.Comparing;

/// <summary>What a machine tells an owner of one thing that it holds.</summary>
/// <param name="Stamp">What it is.</param>
/// <param name="IsRecent">True when a client wrote or deleted it there in the last minute or so: then others may be getting it at this moment.</param>
internal readonly record struct HeldEntry(ReplicaStamp Stamp, bool IsRecent)
{
    public const int EncodedLength = 16 + 1 + 16 + 8 + 8 + 1;
    private const byte Recent = 1;
    private const byte Forgotten = 2;

    public void Write(WireWriter to) => to.File(Stamp.Id).Byte((byte)Stamp.State).UInt128(Stamp.Version).Int64(Stamp.Length).Time(Stamp.DeletedAt)
        .Byte((byte)((IsRecent ? Recent : 0) | (Stamp.IsForgotten ? Forgotten : 0)));

    public static HeldEntry Read(ref WireReader from)
    {
        var stamp = new ReplicaStamp(from.File(), (ReplicaState)from.Byte(), from.UInt128(), from.Int64(), from.Time());
        var flags = from.Byte();
        if (stamp.State is < ReplicaState.Present or > ReplicaState.Damaged || stamp.Length < 0 || flags > (Recent | Forgotten))
        {
            from.Fail();
        }
        return new(stamp with { IsForgotten = (flags & Forgotten) != 0 }, (flags & Recent) != 0);
    }
}
