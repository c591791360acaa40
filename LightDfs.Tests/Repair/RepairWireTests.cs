using LightDfs.Files;
using LightDfs.Repair.Comparing;
using LightDfs.Repair.Mending;
using LightDfs.Repair.Rounds;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>What machines send each other when they reconcile is read back as it was, and bytes that were altered harm nobody.</summary>
public sealed class RepairWireTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FileId[] Ids = [.. InOnePartition()];

    [Test]
    public void Question_survives_or_is_refused() => Mangled.AssertHarmless(
        ComparisonWire.Question(7, ComparisonLevel.Groups, 9),
        bytes => ComparisonWire.TryReadQuestion(bytes, out var read) ? ComparisonWire.Question(read.Ring, read.Level, read.Root).ToArray() : null);

    [Test]
    public void Answer_survives_or_is_refused() => Mangled.AssertHarmless(
        ComparisonWire.Answer(Noon, true),
        bytes => ComparisonWire.TryReadAnswer(bytes, out var read) ? ComparisonWire.Answer(read.Remembered, read.IsEqual).ToArray() : null);

    [Test]
    public void Listing_survives_or_is_refused()
    {
        var partition = Partitions.Of(Ids[0]);
        HeldEntry[] held =
        [
            new(new ReplicaStamp(Ids[0], ReplicaState.Present, 5, 100, default), true),
            new(new ReplicaStamp(Ids[1], ReplicaState.Deleted, 0, 0, Noon) { IsForgotten = true }, false),
        ];
        // A cut at the end of a partition is a listing too, of fewer partitions: here there is only one.
        Mangled.AssertHarmless(
            ComparisonWire.Listing([partition], _ => held),
            bytes => ComparisonWire.TryReadListing(bytes, [partition], out var read) ? ComparisonWire.Listing([partition], _ => read[0].Held).ToArray() : null);
    }

    [Test]
    public void Listing_of_much_ends_with_a_whole_partition()
    {
        var id = Ids[0];
        var partition = Partitions.Of(id);
        int[] asked = [partition, partition == Partitions.Count - 1 ? partition - 1 : partition + 1];
        var many = Enumerable.Repeat(new HeldEntry(new ReplicaStamp(id, ReplicaState.Present, 1, 1, default), false), ComparisonWire.EntriesInListing).ToList();

        var listing = ComparisonWire.Listing(asked, number => number == partition ? many.Take(1).ToList() : many);

        Assert.That(ComparisonWire.TryReadListing(listing.Span, asked, out var read), Is.True);
        Assert.That(read.Select(one => one.Partition), Is.EqualTo(new[] { partition }));
    }

    [Test]
    public void Numbers_must_rise_and_be_in_range()
    {
        Assert.That(ComparisonWire.TryReadNumbers(ComparisonWire.Numbers([1, 5, 255]).Span, 256, out var read), Is.True);
        Assert.That(read, Is.EqualTo(new[] { 1, 5, 255 }));
        Assert.That(ComparisonWire.TryReadNumbers(ComparisonWire.Numbers([5, 5]).Span, 256, out _), Is.False);
        Assert.That(ComparisonWire.TryReadNumbers(ComparisonWire.Numbers([256]).Span, 256, out _), Is.False);
        Assert.That(ComparisonWire.TryReadNumbers(new byte[3], 256, out _), Is.False);
    }

    [Test]
    public void Copy_survives_or_is_refused([Values] bool isTombstone) => Mangled.AssertHarmless(
        MendWire.Copy(Ids[0], isTombstone ? null : TestReplica.Of(10).Record, isTombstone ? Noon : default),
        bytes => MendWire.TryReadCopy(bytes, out var id, out var record, out var at) ? MendWire.Copy(id, record, at).ToArray() : null);

    [Test]
    public void Question_for_copies_survives_or_is_refused() => Mangled.AssertHarmless(
        MendWire.Asked([new(Ids[0], ReplicaState.Present, 3, 0, default), new(Ids[1], ReplicaState.Deleted, 0, 0, default)]),
        bytes => MendWire.TryReadAsked(bytes, out var read) ? MendWire.Asked([.. read.Select(one => new ReplicaStamp(one.Id, one.State, one.Version, 0, default))]).ToArray() : null);

    [Test]
    public void Confirmations_survive_or_are_refused() => Mangled.AssertHarmless(
        MendWire.Confirmations([new(Verdict.Holds, default), new(Verdict.Deleted, Noon)]),
        bytes => MendWire.TryReadConfirmations(bytes, 2, out var read) ? MendWire.Confirmations(read).ToArray() : null);

    [Test]
    public void Rounds_survive_or_are_refused() => Mangled.AssertHarmless(
        new RoundsDocument(Noon, new Dictionary<LightDfs.MachineId, DateTimeOffset> { [Samples.Machine(1)] = Noon, [Samples.Machine(2)] = Noon.AddHours(1) }).Encode(),
        bytes => RoundsDocument.Decode(bytes)?.Encode().ToArray());

    private static IEnumerable<FileId> InOnePartition()
    {
        var first = FileId.New();
        return Enumerable.Range(0, int.MaxValue).Select(_ => FileId.New()).Where(id => Partitions.Of(id) == Partitions.Of(first)).Take(1).Append(first).Order();
    }
}
