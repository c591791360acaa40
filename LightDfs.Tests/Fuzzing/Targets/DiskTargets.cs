using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Repair.Rounds;
using LightDfs.Repair.Scrubbing;
using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Files;
using LightDfs.Tests.Peers;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>Files of the data directory, which a disk, or somebody, may have changed.</summary>
internal static class DiskTargets
{
    private static readonly FileId Id = TestReplica.Id(1);
    private static readonly FileId Parent = FileId.New();
    private static readonly FileId Segment = SampleIds.Create(FileKind.Segment);

    public static IEnumerable<FuzzTarget> All =>
    [
        FuzzTarget.Canonical("record", ReplicaTargets.Records.Select(record => new ReadOnlyMemory<byte>(record.Encode())), input => FileRecord.TryDecode(input, out var record) ? record.Encode() : null),
        FuzzTarget.Canonical("footer", [Footer(0, null), Footer(70_000, Samples.Time)], input => ReplicaFooter.TryDecode(input, FileLength(input), out var footer) ? Encoded(footer) : null)
            with { Reseal = input => Seal(input, ReplicaFooter.Size, 72, XxHash3.HashToUInt64) },
        new FuzzTarget("trailer", [.. new[] { 0, 10, Pages.Size + 1 }.Select(ReplicaFile)], ReadTrailer) { Every = 4 },
        new FuzzTarget("segment list", [ListBytes()], ReadList),
        FuzzTarget.Canonical("tombstone", [new TombstoneFile(Id, Samples.Time).Encode()], input => TombstoneFile.TryDecode(input, out var tombstone) ? tombstone.Encode() : null)
            with { Reseal = input => Seal(input, TombstoneFile.Size, 40, XxHash3.HashToUInt64) },
        FuzzTarget.Canonical("document", [DocumentFile.Encode([]), DocumentFile.Encode(new byte[100])], input => DocumentFile.TryDecode(input, out var content) ? DocumentFile.Encode(content.Span) : null) with { Reseal = SealDocument },
        FuzzTarget.Canonical("marker", [new DataDirectoryMarker(new MachineId(5), 6, true).Encode(), new DataDirectoryMarker(null, null, false).Encode()], input => DataDirectoryMarker.Decode(input)?.Encode()),
        FuzzTarget.Canonical("rounds", [RoundsDocument.Empty.Encode(), new RoundsDocument(Samples.Time, new Dictionary<MachineId, DateTimeOffset> { [new(5)] = Samples.Time, [new(6)] = default }).Encode()], input => RoundsDocument.Decode(input)?.Encode()),
        FuzzTarget.Canonical("scrub progress", [new ScrubProgress(Samples.Time, Id, 3, true, Samples.Time).Encode(), ScrubProgress.First(Samples.Time, true).Encode()], input => ScrubProgress.TryDecode(input, out var progress) ? progress.Encode() : null),
        FuzzTarget.Canonical("identity line", [IdentityLine.Format("lightdfs-starts", "42"), IdentityLine.Format("lightdfs-machine-id", new string('a', 32))], input => IdentityLineOf(input)),
        new FuzzTarget("identity files", [IdentityLine.Format("lightdfs-machine-id", new string('a', 32)), IdentityLine.Format("lightdfs-starts", "42")], OpenIdentity) { Every = 20, IsRefusal = cause => cause is MachineIdentityException },
    ];

    private static byte[] Footer(int length, DateTimeOffset? expires) => Encoded(new ReplicaFooter(Id, 7, length, 100, 9, expires));

    private static byte[] Encoded(ReplicaFooter footer)
    {
        var bytes = new byte[ReplicaFooter.Size];
        footer.Encode(bytes);
        return bytes;
    }

    /// <summary>The one length that would fit, if the rest does.</summary>
    private static long FileLength(byte[] footer)
    {
        if (footer.Length != ReplicaFooter.Size)
        {
            return footer.Length;
        }
        var content = BinaryPrimitives.ReadInt64LittleEndian(footer.AsSpan(48));
        return content is < 0 or > ReplicaFooter.MaxContentLength ? 0 : ReplicaFooter.FileLengthOf(content, BinaryPrimitives.ReadInt32LittleEndian(footer.AsSpan(12)));
    }

    private static byte[] ReplicaFile(int length)
    {
        var disk = new SimulatedDisk();
        using var written = WriteAsync(disk, TestReplica.Of(length));
        written.GetAwaiter().GetResult();
        return disk.Peek(new ReplicaPaths("/data").ReplicaOf(Id))!;
    }

    private static async Task WriteAsync(SimulatedDisk disk, TestReplica replica)
    {
        await using var store = new FileReplicaStore(disk, "/data", 0, null, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await store.OpenAsync();
        await using var writer = await store.BeginAsync(Id, replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    /// <summary>What is read of a replica's file is what a writer wrote: its record's version, and as many checksums as pages.</summary>
    private static void ReadTrailer(byte[] input)
    {
        if (ReplicaTrailer.Read(new Bytes(input), Id) is { } trailer && (trailer.Record.Version != trailer.Version || trailer.PageChecksums.Length != Pages.CountOf(trailer.Record.ReplicaLength)))
        {
            throw new FuzzFailure("its parts do not belong together");
        }
    }

    private static byte[] ListBytes()
    {
        var bytes = new byte[3 * SegmentLayout.EntryLength];
        for (var number = 0; number < 3; number++)
        {
            SegmentList.Write(bytes.AsSpan(number * SegmentLayout.EntryLength), Segment, (UInt128)number);
        }
        return bytes;
    }

    /// <summary>The record is made to fit the list, so that only the entries are wrong.</summary>
    private static void ReadList(byte[] input)
    {
        var count = Math.Max(2, input.Length / SegmentLayout.EntryLength);
        var record = new FileRecord { Length = (long)count * Pages.Size, Checksum = 1, Segments = new SegmentLayout(Pages.Size, XxHash128.HashToUInt128(input)) };
        if (SegmentList.TryRead(Parent, record, input, out var list))
        {
            for (var number = 0; number < list.Count; number++)
            {
                if (list[number] is var (id, segment) && (id.Kind != FileKind.Segment || segment.Length is < 1 or > Pages.Size || segment.Parent != Parent))
                {
                    throw new FuzzFailure($"entry {number} is no segment");
                }
            }
        }
    }

    private static byte[]? IdentityLineOf(byte[] input)
    {
        var line = IdentityLine.Decode(input);
        var kind = line.Split(' ')[0];
        return IdentityLine.TryParse(line, kind, out var value) ? IdentityLine.Format(kind, value) : null;
    }

    private static void OpenIdentity(byte[] input)
    {
        var disk = new SimulatedDisk();
        disk.CreateDirectory("/data");
        foreach (var name in new[] { "machine-id", "starts" })
        {
            using var file = disk.CreateNew("/data/" + name);
            file.Append(input.AsSpan().StartsWith("lightdfs-machine"u8) == (name == "machine-id") ? input : name == "starts" ? IdentityLine.Format("lightdfs-starts", "1") : IdentityLine.Format("lightdfs-machine-id", new string('b', 32)));
        }
        var identity = new FileMachineIdentityStore(disk, "/data");
        if (identity.LoadAsync().AsTask().GetAwaiter().GetResult() is null || identity.NextStartAsync().AsTask().GetAwaiter().GetResult() < 2)
        {
            throw new FuzzFailure("a damaged file counts as none");
        }
    }

    private static void Seal(byte[] input, int size, int at, Func<ReadOnlySpan<byte>, long, ulong> hash)
    {
        if (input.Length == size)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(input.AsSpan(at), hash(input.AsSpan(0, at), 0));
        }
    }

    private static void SealDocument(byte[] input)
    {
        if (input.Length >= DocumentFile.HeaderSize)
        {
            var hash = new XxHash128();
            hash.Append(input.AsSpan(0, 16));
            hash.Append(input.AsSpan(DocumentFile.HeaderSize));
            BinaryPrimitives.WriteUInt128BigEndian(input.AsSpan(16), hash.GetCurrentHashAsUInt128());
        }
    }


    private sealed class Bytes(byte[] bytes) : IDiskReader
    {
        public long Length => bytes.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            var count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
            bytes.AsSpan(count == 0 ? 0 : (int)offset, count).CopyTo(buffer);
            return count;
        }

        public void Dispose()
        {
        }
    }
}
