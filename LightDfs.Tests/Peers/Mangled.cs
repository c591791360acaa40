namespace LightDfs.Tests.Peers;

/// <summary>What bad luck or bad will makes of encoded bytes.</summary>
internal static class Mangled
{
    /// <summary>Every beginning that is shorter than the whole, from nothing on.</summary>
    public static IEnumerable<byte[]> Truncations(ReadOnlyMemory<byte> encoded) => Enumerable.Range(0, encoded.Length).Select(length => encoded[..length].ToArray());

    /// <summary>Every other value of every byte.</summary>
    public static IEnumerable<byte[]> SingleByteChanges(ReadOnlyMemory<byte> encoded)
    {
        for (var at = 0; at < encoded.Length; at++)
        {
            for (var change = 1; change <= byte.MaxValue; change++)
            {
                var changed = encoded.ToArray();
                changed[at] ^= (byte)change;
                yield return changed;
            }
        }
    }

    /// <summary>
    /// All of them are refused, or read as what they say, which is then another thing: nothing throws, nothing is read two ways, and no length takes more memory than it has bytes.
    /// </summary>
    /// <param name="encoded">A good encoding.</param>
    /// <param name="reencode">Decodes, and encodes what came out; <see langword="null"/> when it is refused.</param>
    public static void AssertHarmless(ReadOnlyMemory<byte> encoded, Func<byte[], byte[]?> reencode)
    {
        AssertEqual(encoded.ToArray(), reencode(encoded.ToArray()), "the intact one");
        foreach (var cut in Truncations(encoded))
        {
            if (reencode(cut) is not null)
            {
                throw new NUnit.Framework.AssertionException($"Cut to {cut.Length} of {encoded.Length} bytes it is still read.");
            }
        }
        foreach (var changed in SingleByteChanges(encoded))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var read = reencode(changed);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > 16_384 + (8L * changed.Length))
            {
                throw new NUnit.Framework.AssertionException($"Reading {changed.Length} bytes took {allocated} bytes of memory: {Convert.ToHexString(changed)}");
            }
            if (read is not null)
            {
                AssertEqual(changed, read, "a changed one");
            }
        }
    }

    private static void AssertEqual(byte[] expected, byte[]? actual, string what)
    {
        if (actual is null || !actual.AsSpan().SequenceEqual(expected))
        {
            throw new NUnit.Framework.AssertionException($"{what} was {Convert.ToHexString(expected)} and came back as {(actual is null ? "nothing" : Convert.ToHexString(actual))}.");
        }
    }
}
