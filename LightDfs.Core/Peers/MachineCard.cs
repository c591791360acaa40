namespace LightDfs.Peers;

/// <summary>How a machine introduces itself in every request and reply.</summary>
internal sealed record MachineCard
{
    public const int EncodedLength = 16 + 8 + 8 + 16 + 1 + 16 + 8;

    /// <summary>Its id; zero while it has none.</summary>
    public required MachineId Machine { get; init; }

    /// <summary>This run of it: a random number drawn at start, never zero.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>How often it was started.</summary>
    public required long Start { get; init; }

    /// <summary>The cluster it belongs to; zero while none.</summary>
    public required UInt128 Cluster { get; init; }

    /// <summary>True once it has held anything: then it does not change its cluster.</summary>
    public required bool HoldsData { get; init; }

    /// <summary>Digest of its membership map.</summary>
    public required UInt128 Membership { get; init; }

    /// <summary>Its clock.</summary>
    public required DateTimeOffset Clock { get; init; }

    public void Write(WireWriter to) => to.Machine(Machine).UInt64(Incarnation).Int64(Start).UInt128(Cluster).Bool(HoldsData).UInt128(Membership).Time(Clock);

    public static MachineCard Read(ref WireReader from) => new()
    {
        Machine = from.Machine(),
        Incarnation = from.UInt64(),
        Start = from.Int64(),
        Cluster = from.UInt128(),
        HoldsData = from.Bool(),
        Membership = from.UInt128(),
        Clock = from.Time(),
    };
}
