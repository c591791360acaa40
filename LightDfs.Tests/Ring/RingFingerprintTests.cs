using System.Globalization;
using System.IO.Hashing;
using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

public sealed class RingFingerprintTests
{
    private static readonly RingMember One = new(new MachineId(1), 2, "a");
    private static readonly RingMember Two = new(new MachineId(UInt128.MaxValue), 1 << 24, "é");

    [Test]
    public void Fingerprint_is_the_hash_of_the_documented_encoding()
    {
        var encoded = Convert.FromHexString(
            "0000000C" + "72656E64657A766F75732F31" // rendezvous/1
            + "00010000" + "00000002" + "00000002"
            + "00000000000000000000000000000001" + "00000002" + "00000001" + "61"
            + "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" + "01000000" + "00000002" + "C3A9");

        var ring = new RendezvousHashRing().WithMembers([Two, One], 3);

        Assert.That(ring.Fingerprint, Is.EqualTo(XxHash128.HashToUInt128(encoded)));
        Assert.That(RingFingerprint.Compute("rendezvous/1", 2, [One, Two]), Is.EqualTo(ring.Fingerprint));
    }

    [Test]
    public void Fingerprint_of_a_known_ring_never_changes() => Assert.That(
        new RendezvousHashRing().WithMembers([One, Two], 3).Fingerprint.ToString("x32", CultureInfo.InvariantCulture),
        Is.EqualTo("c218639ff87650512272580f67069e2a"));

    [Test]
    public void Fingerprint_tells_kinds_apart() =>
        Assert.That(RingFingerprint.Compute("token/1", 2, [One, Two]), Is.Not.EqualTo(RingFingerprint.Compute("rendezvous/1", 2, [One, Two])));

    [Test]
    public void Members_out_of_order_or_repeated_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RingFingerprint.Compute("k", 1, [Two, One]));
        Assert.Throws<ArgumentException>(() => RingFingerprint.Compute("k", 1, [One, One]));
    }

    [Test]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => RingFingerprint.Compute(null!, 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => RingFingerprint.Compute("k", -1, []));
        Assert.That(() => RingFingerprint.Compute("k", 1, [One with { Zone = null! }]), Throws.ArgumentException);
        Assert.That(() => RingFingerprint.Compute("k", 1, [One with { Zone = "\uD800" }]), Throws.InstanceOf<ArgumentException>());
    }
}
