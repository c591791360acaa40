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
    /// <summary>Fetches ahead: the generator costs a microsecond a call, however little is asked for. What was handed out is wiped.</summary>
    private sealed class StrongRandomSource : RandomSource
    {
        private readonly Lock _lock = new();
        private readonly byte[] _ahead = new byte[1024];
        private int _left;

        public override void Fill(Span<byte> buffer)
        {
            if (buffer.Length > _ahead.Length)
            {
                RandomNumberGenerator.Fill(buffer);
                return;
            }
            lock (_lock)
            {
                if (_left < buffer.Length)
                {
                    RandomNumberGenerator.Fill(_ahead);
                    _left = _ahead.Length;
                }
                var next = _ahead.AsSpan(_left - buffer.Length, buffer.Length);
                next.CopyTo(buffer);
                next.Clear();
                _left -= buffer.Length;
            }
        }
    }
#pragma warning restore RS0030
}
