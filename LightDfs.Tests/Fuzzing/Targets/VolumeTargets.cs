using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Peers;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>Volumes and their checkpoints.</summary>
internal static class VolumeTargets
{
    private const ulong Tag = 77;
    private static readonly TestReplica Replica = TestReplica.Of(100);

    private static VolumeEntry[] Entries =>
    [
        VolumeEntry.OfReplica(TestReplica.Id(1), Replica.Record.Version, Replica.Record, Replica.Record.Encode().Length) with { Sequence = 1 },
        VolumeEntry.OfTombstone(TestReplica.Id(2), Samples.Time) with { Sequence = 2 },
        VolumeEntry.OfRemoval(TestReplica.Id(3)) with { Sequence = long.MaxValue },
    ];

    public static IEnumerable<FuzzTarget> All =>
    [
        FuzzTarget.Canonical("volume entry", Entries.Select(entry => new ReadOnlyMemory<byte>(Encoded(entry, 100, 5))), Reencoded) with { Reseal = SealEntry },
        FuzzTarget.Canonical("volume checkpoint", [VolumeCheckpoint.Encode(Tag, 0, []), VolumeCheckpoint.Encode(Tag, 10_000, Placed())], input => VolumeCheckpoint.TryDecode(input, Tag, out var length, out var entries) ? VolumeCheckpoint.Encode(Tag, length, entries) : null)
            with { Reseal = SealCheckpoint },
        new FuzzTarget("volume", [Volume()], Scan) { Every = 4, Memory = 3 * 1024 * 1024 },
    ];

    private static byte[] Encoded(VolumeEntry entry, long durable, ulong checksum)
    {
        var bytes = new byte[VolumeEntry.HeadSize];
        entry.Encode(bytes, Tag, durable, checksum);
        return bytes;
    }

    private static ReadOnlyMemory<byte>? Reencoded(byte[] input) =>
        input.Length == VolumeEntry.HeadSize && VolumeEntry.TryDecode(input, Tag, out var entry, out var durable, out var checksum) ? Encoded(entry, durable, checksum) : null;

    private static List<PlacedEntry> Placed()
    {
        var placed = new List<PlacedEntry>();
        long at = 0;
        foreach (var entry in Entries)
        {
            placed.Add(new PlacedEntry(entry, at, IsDamaged: at == 0));
            at += entry.Length;
        }
        return placed;
    }

    private static void SealEntry(byte[] input)
    {
        if (input.Length >= VolumeEntry.HeadSize)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(input.AsSpan(80), XxHash3.HashToUInt64(input.AsSpan(0, 80), (long)Tag));
        }
    }

    private static void SealCheckpoint(byte[] input)
    {
        if (input.Length > 16)
        {
            BinaryPrimitives.WriteUInt128BigEndian(input.AsSpan(input.Length - 16), XxHash128.HashToUInt128(input.AsSpan(0, input.Length - 16)));
        }
    }

    /// <summary>A volume as the log writes it, each entry in a batch of its own.</summary>
    private static byte[] Volume()
    {
        var record = Replica.Record.Encode();
        var trailer = new byte[8 + record.Length];
        ReplicaTrailer.Encode([XxHash3.HashToUInt64(Replica.Content)], record, trailer);
        var bytes = new List<byte>();
        foreach (var entry in Entries)
        {
            var (body, checksum) = entry.Kind == VolumeEntryKind.Replica ? ((byte[])[.. trailer, .. Replica.Content], XxHash3.HashToUInt64(trailer)) : ([], 0UL);
            var whole = new byte[entry.Length];
            entry.Encode(whole, Tag, bytes.Count, checksum);
            body.CopyTo(whole, VolumeEntry.HeadSize);
            bytes.AddRange(whole);
        }
        return [.. bytes];
    }

    private static void Scan(byte[] input)
    {
        var disk = new SimulatedDisk();
        using (var writer = disk.CreateNew("/volume"))
        {
            writer.Append(input);
        }
        using var file = disk.OpenRead("/volume");
        var scan = VolumeScan.Of(file!, Tag);
        var end = 0L;
        foreach (var placed in scan.Entries)
        {
            if (placed.Offset < end || placed.Offset + VolumeEntry.HeadSize > input.Length || Reencoded(input.AsSpan((int)placed.Offset, VolumeEntry.HeadSize).ToArray()) is null)
            {
                throw new FuzzFailure($"an entry was found at {placed.Offset} that is none");
            }
            end = placed.Offset + placed.Entry.Length;
        }
    }
}
