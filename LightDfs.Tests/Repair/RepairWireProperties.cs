using CsCheck;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Repair.Comparing;
using LightDfs.Repair.Mending;
using LightDfs.Repair.Rounds;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Storage.Index;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Files;
using LightDfs.Tests.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>Whatever machines send each other when they reconcile is read back, and any bytes at all are read or refused.</summary>
public sealed class RepairWireProperties
{
    private static readonly Gen<ReplicaStamp> AnyStamp = Gen.Select(
        SampleIds.Any, Gen.Enum<ReplicaState>(), Samples.AnyUInt128, Gen.Long[0, long.MaxValue], Samples.AnyTime, Gen.Bool,
        (id, state, version, length, deletedAt, isForgotten) => new ReplicaStamp(id, state, version, length, deletedAt) { IsForgotten = isForgotten });

    private static readonly Gen<HeldEntry> AnyEntry = Gen.Select(AnyStamp, Gen.Bool, (stamp, isRecent) => new HeldEntry(stamp, isRecent));

    private static readonly Gen<byte[]> AnyBytes = Gen.OneOf(Gen.Byte.Array[0, 300], Gen.Byte[0, 3].Array[0, 300]);

    [Test]
    public void Entry_is_read_back() => AnyEntry.Sample(entry =>
    {
        var to = new WireWriter();
        entry.Write(to);
        var from = new WireReader(to.Written.Span);

        Assert.That((HeldEntry.Read(ref from), from.IsComplete, to.Written.Length), Is.EqualTo((entry, true, HeldEntry.EncodedLength)));
    });

    [Test]
    public void Listing_is_read_back() => AnyEntry.Array[0, 8].Sample(entries =>
    {
        var held = entries.DistinctBy(entry => entry.Stamp.Id).OrderBy(entry => entry.Stamp.Id).ToLookup(entry => Partitions.Of(entry.Stamp.Id));
        int[] asked = [.. held.Select(group => group.Key).Append(0).Distinct().Order()];

        var isRead = ComparisonWire.TryReadListing(ComparisonWire.Listing(asked, partition => [.. held[partition]]).Span, asked, out var read);

        Assert.That(isRead, Is.True);
        Assert.That(read.Select(one => one.Partition), Is.EqualTo(asked));
        Assert.That(read.SelectMany(one => one.Held), Is.EqualTo(asked.SelectMany(partition => held[partition])));
    });

    [Test]
    public void Listing_of_other_partitions_than_were_asked_for_or_in_another_order_is_refused()
    {
        var listing = ComparisonWire.Listing([3, 5], _ => []);

        Assert.That(ComparisonWire.TryReadListing(listing.Span, [3, 5, 7], out _), Is.True, "as far as it fits");
        Assert.That(ComparisonWire.TryReadListing(listing.Span, [5, 3], out _), Is.False);
        Assert.That(ComparisonWire.TryReadListing(listing.Span, [3], out _), Is.False);
        Assert.That(ComparisonWire.TryReadListing([], [3], out _), Is.False, "or the asker would ask for ever");
    }

    [Test]
    public void Listing_with_an_id_of_another_partition_twice_or_out_of_order_is_refused() => Gen.Select(AnyEntry, AnyEntry).Where((one, other) => one.Stamp.Id != other.Stamp.Id).Sample((one, other) =>
    {
        var partition = Partitions.Of(one.Stamp.Id);

        Assert.That(IsRead((partition + 1) % Partitions.Count, one), Is.False);
        Assert.That(IsRead(partition, one, one), Is.False);
        Assert.That(IsRead(partition, one, other), Is.EqualTo(Partitions.Of(other.Stamp.Id) == partition && one.Stamp.Id < other.Stamp.Id));

        static bool IsRead(int partition, params HeldEntry[] held) => ComparisonWire.TryReadListing(ComparisonWire.Listing([partition], _ => held).Span, [partition], out var _);
    });

    [Test]
    public void Digests_are_read_back() => AnyEntry.Array[1, 8].Sample(entries =>
    {
        var index = new ReplicaIndex();
        foreach (var entry in entries)
        {
            index.Put(entry.Stamp);
        }
        var tree = new DigestTree(index.ListPartitions(), _ => true);
        int[] groups = [.. entries.Select(entry => DigestTree.GroupOf(Partitions.Of(entry.Stamp.Id))).Distinct().Order()];

        Assert.That(ComparisonWire.TryReadGroups(tree.EncodedGroups, out var read), Is.True);
        Assert.That(read, Is.EqualTo(Enumerable.Range(0, DigestTree.Groups).Select(tree.OfGroup)));
        Assert.That(ComparisonWire.TryReadPartitions(ComparisonWire.Partitions(tree, groups).Span, groups, out var digests), Is.True);
        Assert.That(digests, Has.Count.EqualTo(groups.Length * DigestTree.GroupSize));
        Assert.That(digests, Is.All.Matches<KeyValuePair<int, PartitionDigest>>(one => one.Value == index.DigestOf(one.Key)));
    }, iter: 200);

    [Test]
    public void Question_for_copies_is_read_back() => AnyStamp.Array[0, 20].Sample(stamps =>
    {
        Assert.That(MendWire.TryReadAsked(MendWire.Asked(stamps).Span, out var asked), Is.True);
        Assert.That(asked, Is.EqualTo(stamps.Select(stamp => (stamp.Id, stamp.State, stamp.Version))));
    });

    [Test]
    public void Question_for_too_much_is_refused()
    {
        var stamp = new ReplicaStamp(FileId.New(), ReplicaState.Present, 1, 1, default);

        Assert.That(MendWire.TryReadAsked(MendWire.Asked(Enumerable.Repeat(stamp, MendWire.MostAsked).ToList()).Span, out _), Is.True);
        Assert.That(MendWire.TryReadAsked(MendWire.Asked(Enumerable.Repeat(stamp, MendWire.MostAsked + 1).ToList()).Span, out _), Is.False);
    }

    [Test]
    public void Confirmations_are_read_back_and_only_as_many_as_were_asked_for() =>
        Gen.Select(Gen.Enum<Verdict>(), Samples.AnyTime, (verdict, at) => new Confirmation(verdict, at)).Array[0, 20].Sample(confirmations =>
        {
            var message = MendWire.Confirmations(confirmations);

            Assert.That(MendWire.TryReadConfirmations(message.Span, confirmations.Length, out var read), Is.True);
            Assert.That(read, Is.EqualTo(confirmations));
            Assert.That(MendWire.TryReadConfirmations(message.Span, confirmations.Length + 1, out _), Is.False);
        });

    [Test]
    public void Copy_is_read_back() => Gen.Select(SampleIds.Any, Gen.Int[0, 100], Gen.Bool, Samples.AnyTime).Sample((id, length, isTombstone, at) =>
    {
        var record = isTombstone ? null : TestReplica.Of(length).Record;

        Assert.That(MendWire.TryReadCopy(MendWire.Copy(id, record, at).Span, out var readId, out var readRecord, out var readAt), Is.True);
        Assert.That((readId, readRecord?.Version, readAt), Is.EqualTo((id, record?.Version, at)));
    });

    [Test]
    public void Rounds_are_read_back() => Gen.Select(Samples.AnyTime, Gen.Select(Samples.AnyUInt128.Where(machine => machine != 0), Samples.AnyTime).Array[0, 20]).Sample((own, others) =>
    {
        var document = new RoundsDocument(own, others.DistinctBy(other => other.Item1).ToDictionary(other => new MachineId(other.Item1), other => other.Item2));

        var read = RoundsDocument.Decode(document.Encode().Span);

        Assert.That(read!.Own, Is.EqualTo(own));
        Assert.That(read.Others, Is.EquivalentTo(document.Others));
    });

    [Test]
    public void Question_for_copies_survives_or_is_refused() => Mangled.AssertHarmless(
        MendWire.Question(UInt128.MaxValue / 3, true), bytes => MendWire.TryReadQuestion(bytes, out var ring, out var verifies) ? MendWire.Question(ring, verifies).ToArray() : null);

    [Test]
    public void Any_bytes_are_read_as_what_they_say_or_refused() => AnyBytes.Sample(bytes =>
    {
        AssertSays(bytes, ComparisonWire.TryReadQuestion(bytes, out var question) ? ComparisonWire.Question(question.Ring, question.Level, question.Root).ToArray() : null);
        AssertSays(bytes, ComparisonWire.TryReadAnswer(bytes, out var answer) ? ComparisonWire.Answer(answer.Remembered, answer.IsEqual).ToArray() : null);
        AssertSays(bytes, ComparisonWire.TryReadNumbers(bytes, Partitions.Count, out var numbers) ? ComparisonWire.Numbers(numbers).ToArray() : null);
        AssertSays(bytes, MendWire.TryReadAsked(bytes, out var asked) ? MendWire.Asked([.. asked.Select(one => new ReplicaStamp(one.Id, one.State, one.Version, 0, default))]).ToArray() : null);
        AssertSays(bytes, MendWire.TryReadConfirmations(bytes, bytes.Length / 9, out var confirmations) ? MendWire.Confirmations(confirmations).ToArray() : null);
        AssertSays(bytes, MendWire.TryReadCopy(bytes, out var id, out var record, out var at) ? MendWire.Copy(id, record, at).ToArray() : null);
        AssertSays(bytes, RoundsDocument.Decode(bytes)?.Encode().ToArray());
        ComparisonWire.TryReadListing(bytes, [0, 1], out _);
        ComparisonWire.TryReadGroups(bytes, out _);
        ComparisonWire.TryReadPartitions(bytes, [0], out _);
    }, iter: 20_000);

    private static void AssertSays(byte[] bytes, byte[]? reencoded)
    {
        if (reencoded is not null && !reencoded.AsSpan().SequenceEqual(bytes))
        {
            Assert.Fail($"{Convert.ToHexString(bytes)} was read as {Convert.ToHexString(reencoded)}.");
        }
    }
}
