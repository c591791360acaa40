using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

public sealed class TokenHashRingTests
{
    private static readonly RingMember[] Three = [.. Enumerable.Range(1, 3).Select(number => new RingMember(new MachineId((UInt128)number), 1, ""))];

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(TokenHashRing.MaxTokensPerMachine + 1)]
    public void Number_of_tokens_out_of_range_is_refused(int tokens) =>
        Assert.That(() => new TokenHashRing(tokens), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("4096"));

    [Test]
    public void Kind_holds_version_and_tokens()
    {
        Assert.That(new TokenHashRing().Kind, Is.EqualTo("token/1/v=256"));
        Assert.That(new TokenHashRing(1).WithMembers(Three, 2).Kind, Is.EqualTo("token/1/v=1"));
    }

    [Test]
    public void Rings_of_other_tokens_or_another_kind_have_another_fingerprint()
    {
        var fingerprints = new IHashRing[] { new TokenHashRing(1), new TokenHashRing(2), new RendezvousHashRing() }.Select(ring => ring.WithMembers(Three, 2).Fingerprint);

        Assert.That(fingerprints, Is.Unique);
    }

    /// <summary>With one token a machine's place is the point that a file of the same bits would have, which is what its partition is the top of.</summary>
    [Test]
    public void Machine_with_one_token_follows_the_partition_of_its_own_bits()
    {
        var machine = LightDfs.Tests.Files.SampleIds.Create();
        var ring = new TokenHashRing(1).WithMembers([.. Three, new RingMember(new MachineId(machine.Value), 1, "")], 1);

        var owner = ring.Members[ring.OwnersOf(Partitions.Of(machine))[0]].Id;

        Assert.That(owner, Is.EqualTo(new MachineId(machine.Value)));
    }

    [Test]
    public void Of_equal_tokens_the_smaller_machine_comes_first_and_the_walk_goes_round_the_end()
    {
        // Machine 0 at the very end, 1 and 2 at one point in the middle, 2 and 3 at the very beginning.
        var circle = new TokenCircle([ulong.MaxValue, ulong.MaxValue, 1UL << 63, 1UL << 63, 1UL << 63, 0, 0, 0], 4);

        Assert.That(Walk(circle, 0), Is.EqualTo(new[] { 2, 3, 1, 0 }));
        Assert.That(Walk(circle, 1), Is.EqualTo(new[] { 1, 2, 0, 3 }));
        Assert.That(Walk(circle, Partitions.Count / 2), Is.EqualTo(new[] { 1, 2, 0, 3 }));
        Assert.That(Walk(circle, (Partitions.Count / 2) + 1), Is.EqualTo(new[] { 0, 2, 3, 1 }));
    }

    private static ushort[] Walk(TokenCircle circle, int partition)
    {
        var order = new ushort[4];
        var met = new bool[4];
        circle.Walk(partition, order, met);
        Assert.That(met, Has.All.False);
        return order;
    }
}
