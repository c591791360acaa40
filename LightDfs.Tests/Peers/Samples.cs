using CsCheck;
using LightDfs.Peers;

namespace LightDfs.Tests.Peers;

/// <summary>Heads, cards and reports with a different value in every field, and generators of any.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Time = new(2026, 8, 1, 12, 30, 45, 678, TimeSpan.Zero);

    public static readonly Gen<UInt128> AnyUInt128 = Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new UInt128(high, low));

    public static readonly Gen<DateTimeOffset> AnyTime = Gen.Long[-62_135_596_800_000, 253_402_300_799_999].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    public static readonly Gen<ReadOnlyMemory<byte>> AnyHash = Gen.OneOf(Gen.Const(Array.Empty<byte>()), Gen.Byte.Array[32]).Select(bytes => new ReadOnlyMemory<byte>(bytes));

    /// <summary>Well-formed Unicode, 4-byte characters included.</summary>
    public static readonly Gen<string> AnyText = Gen.OneOf(Gen.Int[0, 0xD7FF], Gen.Int[0xE000, 0x10FFFF]).Array[0, 60].Select(points => string.Concat(points.Select(char.ConvertFromUtf32)));

    public static readonly Gen<MachineCard> AnyCard = Gen.Select(AnyUInt128, Gen.ULong, Gen.Long, AnyUInt128, Gen.Bool, AnyUInt128, AnyTime,
        (machine, incarnation, start, cluster, holdsData, membership, clock) => new MachineCard
        {
            Machine = new MachineId(machine),
            Incarnation = incarnation,
            Start = start,
            Cluster = cluster,
            HoldsData = holdsData,
            Membership = membership,
            Clock = clock,
        });

    public static MachineCard Card { get; } = new()
    {
        Machine = Machine(1),
        Incarnation = 0x0102030405060708,
        Start = 3,
        Cluster = new UInt128(0xC1C2C3C4C5C6C7C8, 0xC9CACBCCCDCECFC0),
        HoldsData = true,
        Membership = new UInt128(0xD1D2D3D4D5D6D7D8, 0xD9DADBDCDDDEDFD0),
        Clock = Time,
    };

    public static RequestHead Request { get; } = new()
    {
        Operation = Operation.Store,
        Target = Machine(2),
        TargetIncarnation = 0x1112131415161718,
        SentTo = "http://b:5000",
        Sender = Card,
        Counter = 77,
        BodyLength = 5,
        BodyHash = Convert.FromHexString("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        Payload = new byte[] { 0xAA, 0xBB },
    };

    public static ReplyHead Reply { get; } = new()
    {
        Responder = Card,
        BodyHash = Convert.FromHexString("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        Payload = new byte[] { 0xAA, 0xBB },
    };

    public static PeerReport Report { get; } = new()
    {
        IsServing = true,
        Started = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Replicas = 1000,
        Damaged = 2,
        Tombstones = 30,
        Bytes = 123_456_789,
        FreeBytes = 987_654_321,
        IsFull = false,
        Failure = "é",
        ReplicaSetting = 3,
        SegmentSize = 8 * 1024 * 1024,
        RingKind = "rendezvous/1",
        PartitionBits = 16,
        SegmentFormat = 1,
        IsLeaving = false,
        RoundBegun = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
        VerifiedSince = new(2026, 1, 3, 0, 0, 0, TimeSpan.Zero),
        Missing = 5,
        Strays = 6,
        SetAside = 7,
        Down = [new(Machine(2), 30), new(Machine(3), 900)],
    };

    /// <summary>Ids that are told apart at a glance: 1 is all ones.</summary>
    public static MachineId Machine(byte number) => new(UInt128.MaxValue / 15 * number);
}
