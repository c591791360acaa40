using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Peers;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>Questions for replicas, and their answers.</summary>
internal static class ReplicaTargets
{
    private static readonly FileId Id = FileId.New();

    public static IEnumerable<FuzzTarget> All =>
    [
        FuzzTarget.Canonical("store", Records.Select(record => ReplicaWire.Store(Id, record)), input => ReplicaWire.TryReadStore(input, out var id, out var record) ? ReplicaWire.Store(id, record) : null),
        FuzzTarget.Canonical("id", [ReplicaWire.Id(Id)], input => ReplicaWire.TryReadId(input, out var id) ? ReplicaWire.Id(id) : null),
        FuzzTarget.Canonical("record told", Records.Select(ReplicaWire.Record), input => ReplicaWire.TryReadRecord(input, out var record) ? ReplicaWire.Record(record) : null),
        FuzzTarget.Canonical("delete", [ReplicaWire.Delete(Id, Samples.Time)], input => ReplicaWire.TryReadDelete(input, out var id, out var at) ? ReplicaWire.Delete(id, at) : null),
        FuzzTarget.Canonical("state before", [ReplicaWire.Before(null), ReplicaWire.Before(ReplicaState.Deleted)], input => ReplicaWire.TryReadBefore(input, out var state) ? ReplicaWire.Before(state) : null),
        FuzzTarget.Canonical("read", [ReplicaWire.Read(Id, 5, 1, 4, true)], input => ReplicaWire.TryReadRead(input, out var read) ? ReplicaWire.Read(read.Id, read.Version, read.Page, read.Pages, read.WithRecord) : null),
        FuzzTarget.Canonical(
            "window", [ReplicaWire.Window(7, Records[0], [1, 2, 3]), ReplicaWire.Window(7, null, [])], input => ReplicaWire.TryReadWindow(input, out var version, out var record, out var sums) ? ReplicaWire.Window(version, record, sums) : null),
        FuzzTarget.Canonical("list", [ReplicaWire.List(null), ReplicaWire.List(Id)], input => ReplicaWire.TryReadList(input, out var after) ? ReplicaWire.List(after) : null),
        FuzzTarget.Canonical("lines", [Lines], input => ReplicaWire.TryReadLines(input, out var page) ? ReplicaWire.Lines(page) : null),
        FuzzTarget.Canonical(
            "held", [ReplicaWire.Held(new ReplicaStamp(Id, ReplicaState.Present, 9, 10, default))], input => ReplicaWire.TryReadHeld(input, Id, out var held) && held is not null ? ReplicaWire.Held(held) : null),
        FuzzTarget.Canonical(
            "holdings", [Holding.Encode([]), Holding.Encode(new() { [3] = new(1, 2, 3), [65_535] = new(4, 5, 6) })], input => Holding.TryDecode(input, out var holdings) ? Holding.Encode(holdings) : null) with { MemoryPerByte = 128 },
    ];

    /// <summary>Records with everything, and with nothing, that one can have.</summary>
    public static FileRecord[] Records { get; } =
    [
        TestReplica.Of(10).Record,
        new() { Length = 0, Checksum = 1 },
        new() { Length = 200_000, Checksum = 1, Segments = new SegmentLayout(Pages.Size, 2), Sha256 = new string('a', 64), ExpiresAt = Samples.Time, FileName = "ü.pdf", ContentType = "application/pdf" },
        new() { Length = 100, Checksum = 1, Parent = Id },
    ];

    private static ReadOnlyMemory<byte> Lines => ReplicaWire.Lines(new ListPage([new(Id, ReplicaState.Present, Records[2]), new(FileId.New(), ReplicaState.Deleted, null)], Id));
}
