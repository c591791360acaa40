using System.Text;

namespace LightDfs.Tests.Fuzzing;

/// <summary>Something that meets bytes from outside.</summary>
/// <param name="Name">What, in one word or two.</param>
/// <param name="Seeds">Good inputs, made by the real encoders: mutations begin with them.</param>
/// <param name="Parse">Reads an input, and throws when anything came out that must not. Refusing is no throwing.</param>
internal sealed record FuzzTarget(string Name, byte[][] Seeds, Action<byte[]> Parse)
{
    /// <summary>What may be thrown: how this parser refuses.</summary>
    public Func<Exception, bool> IsRefusal { get; init; } = _ => false;

    /// <summary>Bytes of memory that an input may take, whatever its length.</summary>
    public long Memory { get; init; } = 16_384;

    /// <summary>Bytes of memory that each byte of an input may take.</summary>
    public long MemoryPerByte { get; init; } = 64;

    /// <summary>Of so many inputs one is tried, unless their number is set: for targets that are slow.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Sets checksums right after a mutation, half of the time, so that what is behind them is reached too.</summary>
    public Action<byte[]>? Reseal { get; init; }

    /// <summary>Inputs that did harm once. They are tried in every run.</summary>
    public byte[][] Finds { get; init; } = [];

    public override string ToString() => Name;

    /// <summary>A parser of bytes of which only one sequence says the same: what is read must encode to what it was read from.</summary>
    /// <param name="name">What, in one word or two.</param>
    /// <param name="seeds">Good inputs.</param>
    /// <param name="reencode">Decodes, and encodes what came out; <see langword="null"/> or nothing when it is refused.</param>
    public static FuzzTarget Canonical(string name, IEnumerable<ReadOnlyMemory<byte>> seeds, Func<byte[], ReadOnlyMemory<byte>?> reencode)
    {
        byte[][] good = [.. seeds.Select(seed => seed.ToArray())];
        foreach (var seed in good)
        {
            if (reencode(seed) is not { } read || !read.Span.SequenceEqual(seed))
            {
                throw new ArgumentException($"Seed {Convert.ToHexString(seed)} of '{name}' is no good one.", nameof(seeds));
            }
        }
        return new FuzzTarget(name, good, input =>
        {
            // "null" in a conditional of this type is an empty memory.
            if (reencode(input) is { IsEmpty: false } read && !read.Span.SequenceEqual(input))
            {
                throw new FuzzFailure($"it was read, and encodes to {Convert.ToHexString(read.Span)}");
            }
        });
    }

    /// <summary>A parser of text, of which the input is the bytes in Latin-1, as headers have it.</summary>
    public static FuzzTarget Text(string name, IEnumerable<string> seeds, Action<string> parse, params string[] finds) =>
        new(name, [.. seeds.Select(Encoding.Latin1.GetBytes)], input => parse(Encoding.Latin1.GetString(input))) { Finds = [.. finds.Select(Encoding.Latin1.GetBytes)] };
}

/// <summary>A parser did what it must not.</summary>
internal sealed class FuzzFailure(string what) : Exception(what);
