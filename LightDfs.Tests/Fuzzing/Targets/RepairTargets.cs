using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Repair;
using LightDfs.Repair.Comparing;
using LightDfs.Repair.Mending;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Tests.Peers;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>What machines send each other when they reconcile.</summary>
internal static class RepairTargets
{
    private static readonly FileId Id = FileId.New();
    private static readonly int Partition = Partitions.Of(Id);
    private static readonly ReplicaStamp Stamp = new(Id, ReplicaState.Present, 5, 10, default);
    private static readonly Confirmation[] Confirmed = [new(Verdict.Holds, default), new(Verdict.Deleted, Samples.Time)];

    public static IEnumerable<FuzzTarget> All =>
    [
        FuzzTarget.Canonical(
            "comparison", [ComparisonWire.Question(1, ComparisonLevel.All, 2), ComparisonWire.Question(1, ComparisonLevel.Partitions, 0)],
            input => ComparisonWire.TryReadQuestion(input, out var question) ? ComparisonWire.Question(question.Ring, question.Level, question.Root) : null),
        FuzzTarget.Canonical("comparison answer", [ComparisonWire.Answer(Samples.Time, true)], input => ComparisonWire.TryReadAnswer(input, out var answer) ? ComparisonWire.Answer(answer.Remembered, answer.IsEqual) : null),
        FuzzTarget.Canonical("numbers", [ComparisonWire.Numbers([0, 5, 65_535])], input => ComparisonWire.TryReadNumbers(input, Partitions.Count, out var numbers) ? ComparisonWire.Numbers(numbers) : null),
        FuzzTarget.Canonical("groups", [new DigestTree([], _ => true).EncodedGroups.ToArray()], input => ComparisonWire.TryReadGroups(input, out var groups) ? Encoded(groups) : null),
        FuzzTarget.Canonical("partitions", [ComparisonWire.Partitions(new DigestTree([], _ => true), [0])], input => ComparisonWire.TryReadPartitions(input, [0], out var digests) ? Encoded([.. digests.OrderBy(one => one.Key).SelectMany(one => new[] { one.Value.Present, one.Value.Deleted })]) : null)
            with { Memory = 200_000, Every = 10 },
        FuzzTarget.Canonical("listing", [Listing([new HeldEntry(Stamp, false)]), Listing([])], input => ComparisonWire.TryReadListing(input, [Partition], out var listing) ? Listing(listing[0].Held) : null),
        FuzzTarget.Canonical("copy", [.. ReplicaTargets.Records.Select(record => MendWire.Copy(Id, record, default)), MendWire.Copy(Id, null, Samples.Time)], input => MendWire.TryReadCopy(input, out var id, out var record, out var at) ? MendWire.Copy(id, record, at) : null),
        FuzzTarget.Canonical("confirm head", [MendWire.Question(1, true), MendWire.Question(2, false)], input => MendWire.TryReadQuestion(input, out var ring, out var verifies) ? MendWire.Question(ring, verifies) : null),
        FuzzTarget.Canonical("confirm", [MendWire.Asked([Stamp, Stamp]), MendWire.Asked([])], input => MendWire.TryReadAsked(input, out var asked) ? MendWire.Asked([.. asked.Select(one => new ReplicaStamp(one.Id, one.State, one.Version, 0, default))]) : null),
        FuzzTarget.Canonical("confirmations", [MendWire.Confirmations(Confirmed)], input => MendWire.TryReadConfirmations(input, 2, out var confirmations) ? MendWire.Confirmations(confirmations) : null),
        FuzzTarget.Canonical("tombstones", [new TombstonePage([(Id, Samples.Time)], Id).Encode(), new TombstonePage([], null).Encode()], input => TombstonePage.TryDecode(input, out var page) ? page.Encode() : null),
        FuzzTarget.Canonical("tombstones asked", [TombstonePage.Question(null), TombstonePage.Question(Id)], input => TombstonePage.TryReadQuestion(input, out var after) ? TombstonePage.Question(after) : null),
        FuzzTarget.Canonical("partition set", [PartitionSet.All().Encoded, PartitionSet.None().Encoded], input => PartitionSet.TryDecode(input, out var set) ? set.Encoded : null) with { Every = 10 },
    ];

    private static ReadOnlyMemory<byte> Listing(IReadOnlyList<HeldEntry> held) => ComparisonWire.Listing([Partition], _ => held);

    private static ReadOnlyMemory<byte> Encoded(UInt128[] digests)
    {
        var to = new WireWriter();
        foreach (var digest in digests)
        {
            to.UInt128(digest);
        }
        return to.Written;
    }
}
