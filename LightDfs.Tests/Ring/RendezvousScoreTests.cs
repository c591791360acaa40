using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LightDfs.Ring;
using LightDfs.Tests.Ring.Golden;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

/// <summary>The arithmetic of placement, against vectors of two programs: make_golden.py and the study that chose the algorithm.</summary>
public sealed class RendezvousScoreTests
{
    [TestCase(1ul, 0xb456bcfc34c2cb2cul)]
    [TestCase(0x9E3779B97F4A7C15ul, 0x9ca066f1a4ab2eeaul)]
    public void Mix_is_as_in_the_study(ulong number, ulong mixed) => Assert.That(RendezvousScore.Mix(number), Is.EqualTo(mixed));

    [TestCase(0ul, 268070544839ul)]
    [TestCase(1ul << 63, 4294967296ul)]
    [TestCase(ulong.MaxValue, 1ul)]
    [TestCase(0x0123456789abcdeful, 33559934851ul)]
    [TestCase(0xfedcba9876543210ul, 27600685ul)]
    public void NegLog2_is_as_in_the_study(ulong number, ulong logarithm) => Assert.That(RendezvousScore.NegLog2(number), Is.EqualTo(logarithm));

    [Test]
    public void Table_is_as_in_the_study()
    {
        var table = RendezvousScore.Table.ToArray();

        Assert.That(table[..5], Is.EqualTo(new ulong[] { 0, 6048148, 12090399, 18126764, 24157254 }));
        Assert.That((table[512], table[1023], table[1024]), Is.EqualTo((2512394809ul, 4291941006ul, 1ul << 32)));
        Assert.That(XxHash64.HashToUInt64(LittleEndian(table)), Is.EqualTo(0x934defbc7e41b111));
    }

    [TestCase("00000000000000000000000000000001", 1000, 0x4152418f75dd93bbul, 96584765930471ul, 594464822154756ul)]
    [TestCase("00000000000000000000000000000002", 2000, 0x0c02d28dc181629ful, 122768803699359ul, 16109965919911ul)]
    [TestCase("ffffffffffffffffffffffffffffffff", 4000, 0x722a202f07a4b313ul, 164235001682984ul, 236588368442425ul)]
    public void Seed_and_cost_are_as_in_the_study(string id, int weight, ulong seed, ulong cost0, ulong cost16383)
    {
        Assert.That(RendezvousScore.SeedOf(MachineId.Parse(id)), Is.EqualTo(seed));
        Assert.That(Cost(id, weight, 0), Is.EqualTo(cost0));
        Assert.That(Cost(id, weight, 16383), Is.EqualTo(cost16383));
    }

    [Test]
    public void Vectors_of_the_independent_program_are_met()
    {
        var golden = GoldenFile.Vectors;
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(LittleEndian(RendezvousScore.Table.ToArray()))), Is.EqualTo(golden.Text("tableSha256")));
        foreach (var vector in golden["mix"]!.AsArray())
        {
            Assert.That(RendezvousScore.Mix(vector.Hex64("of")), Is.EqualTo(vector.Hex64("is")));
        }
        foreach (var vector in golden["negLog2"]!.AsArray())
        {
            Assert.That(RendezvousScore.NegLog2(vector.Hex64("of")), Is.EqualTo(vector!["is"]!.GetValue<ulong>()));
        }
        foreach (var vector in golden["costs"]!.AsArray())
        {
            Assert.That(RendezvousScore.SeedOf(MachineId.Parse(vector.Text("id"))), Is.EqualTo(vector.Hex64("seed")));
            Assert.That(Cost(vector.Text("id"), vector.Int("weight"), vector.Int("partition")), Is.EqualTo(vector!["cost"]!.GetValue<ulong>()));
        }
    }

    [Test]
    public void NegLog2_is_close_to_the_logarithm_and_never_rises()
    {
        var previous = ulong.MaxValue;
        for (var step = 0; step < 100_000; step++)
        {
            var number = (ulong)step * (ulong.MaxValue / 100_000);
            var logarithm = RendezvousScore.NegLog2(number);
            Assert.That(logarithm, Is.LessThanOrEqualTo(previous), number.ToString("x16", CultureInfo.InvariantCulture));
            Assert.That(logarithm / (double)(1ul << 32), Is.EqualTo(64 - Math.Log2(number | 3)).Within(1e-6));
            previous = logarithm;
        }
    }

    [Test]
    public void Cost_is_never_zero_nor_wraps_at_the_ends()
    {
        var heaviest = RendezvousScore.InverseOf(RingMembers.MaxWeight);
        var lightest = RendezvousScore.InverseOf(1);

        Assert.That(RendezvousScore.NegLog2(0) << 26 >> 26, Is.EqualTo(RendezvousScore.NegLog2(0)), "the largest logarithm survives the shift");
        Assert.That(RendezvousScore.Cost(0, lightest, 0), Is.GreaterThan(RendezvousScore.Cost(0, heaviest, 0)));
        Assert.That(RendezvousScore.Cost(0, heaviest, 0), Is.GreaterThan(0ul));
    }

    private static ulong Cost(string id, int weight, int partition) => RendezvousScore.Cost(
        RendezvousScore.SeedOf(MachineId.Parse(id)), RendezvousScore.InverseOf(weight), RendezvousScore.SpreadOf(partition));

    private static byte[] LittleEndian(ulong[] numbers) => MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
}
