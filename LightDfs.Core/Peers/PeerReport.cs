using System.Diagnostics.CodeAnalysis;
using System.Text;
using LightDfs.Text;

namespace LightDfs.Peers;

/// <summary>What heartbeats tell of a machine: how full and how sound it is, whether it serves, and the settings that must agree.</summary>
internal sealed record PeerReport
{
    private const byte Format = 1;
    private const int MaxKindBytes = 256;
    private const int MaxFailure = 200;

    public required bool IsServing { get; init; }

    /// <summary>When this run of it started, by its own clock.</summary>
    public required DateTimeOffset Started { get; init; }

    public required long Replicas { get; init; }

    /// <summary>Replicas among them that are known to be damaged.</summary>
    public required long Damaged { get; init; }

    public required long Tombstones { get; init; }

    public required long Bytes { get; init; }

    /// <summary>What it can still take above its reserve.</summary>
    public required long FreeBytes { get; init; }

    public required bool IsFull { get; init; }

    /// <summary>Why its store takes nothing; empty while it works.</summary>
    public required string Failure { get; init; }

    public required int ReplicaSetting { get; init; }

    public required int SegmentSize { get; init; }

    public required string RingKind { get; init; }

    public required int PartitionBits { get; init; }

    public required int SegmentFormat { get; init; }

    /// <exception cref="InvalidOperationException">The ring's kind is longer than a peer reads.</exception>
    public ReadOnlyMemory<byte> Encode()
    {
        // Not cut: two kinds that differ at their ends only would then look alike.
        var kind = Encoding.UTF8.GetByteCount(RingKind) is var bytes && bytes <= MaxKindBytes
            ? RingKind
            : throw new InvalidOperationException($"The hash ring's kind '{RingKind}' takes {bytes} bytes; at most {MaxKindBytes} fit into a heartbeat. Let IHashRing.Kind be shorter.");
        return new WireWriter()
            .Byte(Format).Bool(IsServing).Time(Started).Int64(Replicas).Int64(Damaged).Int64(Tombstones).Int64(Bytes).Int64(FreeBytes).Bool(IsFull)
            .Text(Shortened.To(MaxFailure, Failure))
            .Int32(ReplicaSetting).Int32(SegmentSize).Text(kind).Int32(PartitionBits).Int32(SegmentFormat).Written;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerReport? report)
    {
        var from = new WireReader(bytes);
        report = from.Byte() != Format ? null : new PeerReport
        {
            IsServing = from.Bool(),
            Started = from.Time(),
            Replicas = from.Int64(),
            Damaged = from.Int64(),
            Tombstones = from.Int64(),
            Bytes = from.Int64(),
            FreeBytes = from.Int64(),
            IsFull = from.Bool(),
            Failure = from.Text(1024),
            ReplicaSetting = from.Int32(),
            SegmentSize = from.Int32(),
            RingKind = from.Text(MaxKindBytes),
            PartitionBits = from.Int32(),
            SegmentFormat = from.Int32(),
        };
        if (!from.IsComplete)
        {
            report = null;
        }
        return report is not null;
    }
}
