using System.Security.Cryptography;

namespace LightDfs.Chance;

/// <summary>Where every random number in LightDfs comes from, so that a simulation can replay a run from one seed.</summary>
internal abstract class RandomSource
{
    /// <summary>Cryptographically strong; what a host app runs with.</summary>
    public static RandomSource Strong { get; } = new StrongRandomSource();

    /// <summary>Fills the whole buffer with random bytes. Thread-safe.</summary>
    public abstract void Fill(Span<byte> buffer);

    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    public UInt128 NextUInt128() => new(NextUInt64(), NextUInt64());

#pragma warning disable RS0030 // The one home of the cryptographic generator.
    private sealed class StrongRandomSource : RandomSource
    {
        public override void Fill(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);
    }
#pragma warning restore RS0030
}
