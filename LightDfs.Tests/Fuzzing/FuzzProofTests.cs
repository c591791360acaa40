using NUnit.Framework;

namespace LightDfs.Tests.Fuzzing;

/// <summary>The fuzzer finds what it is there to find.</summary>
public sealed class FuzzProofTests
{
    private static readonly byte[][] Seeds = [[1, 0, 0, 0, 9, 9, 9, 9]];

    [Test]
    public void Parser_that_crashes_is_found() => AssertFound(input => _ = input[BitConverter.ToInt32(input, 0)], "IndexOutOfRange");

    [Test]
    public void Parser_that_believes_a_length_is_found() =>
        AssertFound(input => GC.KeepAlive(new byte[Math.Clamp(input.Length < 4 ? 0 : BitConverter.ToInt32(input, 0), 0, 1 << 20)]), "bytes of memory");

    [Test]
    public void Parser_that_reads_two_inputs_alike_is_found()
    {
        var (failures, _) = FuzzRun.Run(FuzzTarget.Canonical("careless", [Seeds[0]], input => input.Length == 8 ? (byte[])[input[0], 0, 0, 0, .. input[4..]] : null), 20_000, 1);

        Assert.That(failures, Has.Some.Contains("encodes to"));
    }

    [Test]
    public void Good_input_that_is_refused_is_found()
    {
        var (failures, _) = FuzzRun.Run(new FuzzTarget("strict", Seeds, _ => throw new FormatException()) { IsRefusal = cause => cause is FormatException }, 10, 1);

        Assert.That(failures, Has.One.Contains("is a good one"));
    }

    [Test]
    public void Same_seed_makes_the_same_inputs()
    {
        var (one, other, third) = (new Mutator(Seeds, 7), new Mutator(Seeds, 7), new Mutator(Seeds, 8));

        Assert.That(Inputs(one), Is.EqualTo(Inputs(other)).And.Not.EqualTo(Inputs(third)));

        static List<string> Inputs(Mutator mutator) => [.. Enumerable.Range(0, 1000).Select(_ => Convert.ToHexString(mutator.Next()))];
    }

    private static void AssertFound(Action<byte[]> parse, string expected)
    {
        var (failures, _) = FuzzRun.Run(new FuzzTarget("bad", Seeds, parse), 20_000, 1);

        Assert.That(failures, Has.Some.Contains(expected));
    }
}
