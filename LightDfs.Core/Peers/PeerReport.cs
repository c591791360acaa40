using System.Collections.Immutable;
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

    /// <summary>Most machines in <see cref="Down"/>: so many fit into a heartbeat.</summary>
    public const int MostDown = 256;

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

    /// <summary>True while it shuts down: nothing new is to be sent to it.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>When its last finished round began, by its own clock; the default before it finished one.</summary>
    public DateTimeOffset RoundBegun { get; init; }

    /// <summary>Since when, by its own clock, all that it holds has been verified at least once; the default before that is known.</summary>
    public DateTimeOffset VerifiedSince { get; init; }

    /// <summary>Copies that it knows to be missing elsewhere, and has to send.</summary>
    public long Missing { get; init; }

    /// <summary>Replicas and tombstones that it holds without owning them.</summary>
    public long Strays { get; init; }

    /// <summary>Replicas that it has set aside.</summary>
    public long SetAside { get; init; }

    /// <summary>Machines that it sees down, and for how long, by id; the longest ones where there are very many.</summary>
    public ImmutableArray<DownMachine> Down { get; init; } = [];

    /// <exception cref="InvalidOperationException">The ring's kind is longer than a peer reads.</exception>
    public ReadOnlyMemory<byte> Encode()
    {
        // Not cut: two kinds that differ at their ends only would then look alike.
        var kind = Encoding.UTF8.GetByteCount(RingKind) is var bytes && bytes <= MaxKindBytes
            ? RingKind
            : throw new InvalidOperationException($"The hash ring's kind '{RingKind}' takes {bytes} bytes; at most {MaxKindBytes} fit into a heartbeat. Let IHashRing.Kind be shorter.");
        var to = new WireWriter()
            .Byte(Format).Bool(IsServing).Time(Started).Int64(Replicas).Int64(Damaged).Int64(Tombstones).Int64(Bytes).Int64(FreeBytes).Bool(IsFull)
            .Text(Shortened.To(MaxFailure, Failure))
            .Int32(ReplicaSetting).Int32(SegmentSize).Text(kind).Int32(PartitionBits).Int32(SegmentFormat)
            .Bool(IsLeaving).Time(RoundBegun).Time(VerifiedSince).Int64(Missing).Int64(Strays).Int64(SetAside)
            .Int32(Down.Length);
        foreach (var machine in Down)
        {
            to.Machine(machine.Id).Int32(machine.Seconds);
        }
        return to.Written;
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
            IsLeaving = from.Bool(),
            RoundBegun = from.Time(),
            VerifiedSince = from.Time(),
            Missing = from.Int64(),
            Strays = from.Int64(),
            SetAside = from.Int64(),
            Down = ReadDown(ref from),
        };
        if (!from.IsComplete)
        {
            report = null;
        }
        return report is not null;
    }

    private static ImmutableArray<DownMachine> ReadDown(ref WireReader from)
    {
        var down = ImmutableArray.CreateBuilder<DownMachine>();
        for (var count = from.Count(16 + 4); count > 0 && !from.HasFailed; count--)
        {
            down.Add(new(from.Machine(), from.Int32()));
        }
        if (down.Count > MostDown)
        {
            from.Fail();
        }
        return down.ToImmutable();
    }
}

/// <summary>A machine that another one sees down.</summary>
/// <param name="Id">Which.</param>
/// <param name="Seconds">For how long, by the clock that nobody sets.</param>
internal readonly record struct DownMachine(MachineId Id, int Seconds);
