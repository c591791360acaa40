using CsCheck;
using LightDfs.Membership;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

public sealed class MembershipMapTests
{
    [Test]
    public void Merging_is_commutative() =>
        Gen.Select(Maps.Any, Maps.Any).Sample((one, other) => one.Merge(other).Digest == other.Merge(one).Digest);

    [Test]
    public void Merging_is_associative() =>
        Gen.Select(Maps.Any, Maps.Any, Maps.Any).Sample((a, b, c) => a.Merge(b).Merge(c).Digest == a.Merge(b.Merge(c)).Digest);

    [Test]
    public void Merging_again_changes_nothing() =>
        Gen.Select(Maps.Any, Maps.Any).Sample((one, other) => one.Merge(other) is var merged && ReferenceEquals(merged.Merge(other), merged) && ReferenceEquals(merged.Merge(one), merged));

    [Test]
    public void Merging_keeps_the_entries_of_which_nothing_new_is_said()
    {
        var map = Maps.OfMachines(3);
        Assert.That(MembershipMap.TryDecode(map.WithOut(Maps.IdOf(2), true).Encoded.Span, out var other));

        var merged = map.Merge(other!);

        Assert.That(merged.Entries[Maps.IdOf(2)].Out.Value);
        Assert.That(merged.Entries[Maps.IdOf(1)], Is.SameAs(map.Entries[Maps.IdOf(1)]));
        Assert.That(merged.Entries[Maps.IdOf(3)], Is.SameAs(map.Entries[Maps.IdOf(3)]));
        Assert.That(ReferenceEquals(map.Merge(Maps.OfMachines(3)), map));
    }

    [Test]
    public void Encoded_map_is_decoded_and_encoded_to_the_same_bytes() =>
        Maps.Any.Sample(map => MembershipMap.TryDecode(map.Encoded.Span, out var decoded)
            && decoded.Encoded.Span.SequenceEqual(map.Encoded.Span) && decoded.Digest == map.Digest && decoded.Entries.Values.SequenceEqual(map.Entries.Values)
            && Enumerable.Range(1, 6).All(cluster => decoded.Merges.Resolve((UInt128)cluster) == map.Merges.Resolve((UInt128)cluster)));

    [Test]
    public void Truncated_map_is_refused_wherever_it_was_cut()
    {
        var bytes = Maps.OfMachines(3).WithMerge(7, 8).Encoded;

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(MembershipMap.TryDecode(bytes.Span[..length], out _), Is.False, $"{length} bytes");
        }
        Assert.That(MembershipMap.TryDecode([.. bytes.Span, 0], out _), Is.False);
    }

    [Test]
    public void Changed_byte_is_refused_or_gives_a_map_that_encodes_to_the_changed_bytes()
    {
        var bytes = Maps.Of(Maps.Entry(1), Maps.Entry(2, WantedState.Draining, true, Maps.AddressOf(2), Maps.AddressOf(9))).WithMerge(7, 8).WithMerge(9, 8).Encoded.ToArray();

        for (var position = 0; position < bytes.Length; position++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])bytes.Clone();
                changed[position] = (byte)value;
                if (MembershipMap.TryDecode(changed, out var map) && !map.Encoded.Span.SequenceEqual(changed))
                {
                    Assert.Fail($"Byte {position} with value {value} is read as something else.");
                }
            }
        }
    }

    [Test]
    public void Machines_out_of_order_or_twice_are_refused()
    {
        var (one, two) = (EntryBytes(1), EntryBytes(2));

        Assert.That(MembershipMap.TryDecode([1, 2, 0, 0, 0, .. one, .. two, 0, 0, 0, 0], out _), Is.True);
        Assert.That(MembershipMap.TryDecode([1, 2, 0, 0, 0, .. two, .. one, 0, 0, 0, 0], out _), Is.False);
        Assert.That(MembershipMap.TryDecode([1, 2, 0, 0, 0, .. one, .. one, 0, 0, 0, 0], out _), Is.False);
        Assert.That(MembershipMap.TryDecode([1, 1, 0, 0, 0, .. EntryBytes(0), 0, 0, 0, 0], out _), Is.False);
    }

    /// <summary>The bytes are kept on disks and sent between versions.</summary>
    [Test]
    public void Encoding_is_the_one_that_was_written_first()
    {
        var self = Maps.SelfOf(["memory://a"], "z", 2, 3, 4, DateTimeOffset.FromUnixTimeMilliseconds(5));
        var map = Maps.Of(new MachineEntry(Maps.IdOf(7), new(8, self), new(9, WantedState.Draining), new(10, true))).WithMerge(12, 11).WithMerge(11, 13);

        Assert.That(Convert.ToHexStringLower(map.Encoded.Span), Is.EqualTo(
            "01" + "01000000"
            + "00000000000000000000000000000007"
            + "0800000000000000" + "0300000000000000" + "0400000000000000" + "02000000" + "0500000000000000" + "01000000" + "7a"
            + "01000000" + "0a000000" + "6d656d6f72793a2f2f61"
            + "0900000000000000" + "01" + "0a00000000000000" + "01"
            + "02000000"
            + "0000000000000000000000000000000b" + "0000000000000000000000000000000d"
            + "0000000000000000000000000000000c" + "0000000000000000000000000000000b"));
        Assert.That(map.Digest.ToString("x32"), Is.EqualTo("4fde45a14b89cf6ade1aae6a2af3a042"));
    }

    [Test]
    public void Machine_joins_active_by_saying_something_of_itself()
    {
        var map = Maps.OfMachines(1).WithSelf(Maps.IdOf(2), Maps.SelfOf([Maps.AddressOf(2)]));

        Assert.That(map.Entries[Maps.IdOf(2)].Wanted, Is.EqualTo(new Register<WantedState>(1, WantedState.Active)));
        Assert.That(map.At(Maps.AddressOf(2)), Is.EqualTo(new[] { Maps.IdOf(2) }));
        Assert.That(map.At(Maps.AddressOf(3)), Is.Empty);
    }

    [Test]
    public void Machine_that_says_nothing_new_changes_nothing()
    {
        var map = Maps.OfMachines(2);

        Assert.That(map.WithSelf(Maps.IdOf(2), Maps.SelfOf([Maps.AddressOf(2)])), Is.SameAs(map));
    }

    [Test]
    public void Machine_writes_above_any_newer_value_of_itself()
    {
        var foreign = Maps.Of(Maps.Entry(1) with { Self = new(41, Maps.SelfOf(["memory://elsewhere"])) });

        var map = Maps.OfMachines(1).Merge(foreign).WithSelf(Maps.IdOf(1), Maps.SelfOf([Maps.AddressOf(1)]));

        Assert.That(map.Entries[Maps.IdOf(1)].Self.Version, Is.EqualTo(42));
        Assert.That(foreign.Merge(map).At(Maps.AddressOf(1)), Is.EqualTo(new[] { Maps.IdOf(1) }));
    }

    private static byte[] EntryBytes(int number)
    {
        var to = new LightDfs.Peers.WireWriter();
        Maps.Entry(number).Write(to);
        return to.Written.ToArray();
    }
}
