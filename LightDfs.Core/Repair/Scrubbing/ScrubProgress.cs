using System.Diagnostics.CodeAnalysis;
using LightDfs.Peers;

namespace LightDfs.Repair.Scrubbing;

/// <summary>How far scrubbing has come, as it is kept on the disk. Times are this machine's, to the millisecond.</summary>
/// <param name="Begun">When this cycle began.</param>
/// <param name="After">Everything up to this id has had its turn in this cycle; <see langword="null"/> at the beginning.</param>
/// <param name="Done">Replicas that have had their turn in this cycle.</param>
/// <param name="HasGaps">True when one of them could be neither verified nor found damaged, so that this cycle proves nothing.</param>
/// <param name="VerifiedSince">When the last cycle without gaps began; the default before there was one.</param>
internal sealed record ScrubProgress(DateTimeOffset Begun, FileId? After, long Done, bool HasGaps, DateTimeOffset VerifiedSince)
{
    private const byte Format = 1;

    /// <summary>A first cycle. Of a store that holds nothing, all is verified.</summary>
    public static ScrubProgress First(DateTimeOffset now, bool isEmpty) => new(ToMillisecond(now), null, 0, false, isEmpty ? ToMillisecond(now) : default);

    /// <summary>The cycle after this one, which has come to its end.</summary>
    public ScrubProgress Next(DateTimeOffset now) => new(ToMillisecond(now), null, 0, false, HasGaps ? VerifiedSince : Begun);

    /// <summary>Begins anew: the clock was set back, so that nothing is known of when this cycle began.</summary>
    public ScrubProgress Again(DateTimeOffset now) => new(ToMillisecond(now), null, 0, false, VerifiedSince > now ? default : VerifiedSince);

    /// <summary>One replica has had its turn.</summary>
    public ScrubProgress Past(FileId id, bool isGap) => this with { After = id, Done = Done + 1, HasGaps = HasGaps || isGap };

    public ReadOnlyMemory<byte> Encode() =>
        new WireWriter().Byte(Format).Time(Begun).UInt128(After?.Value ?? 0).Int64(Done).Bool(HasGaps).Time(VerifiedSince).Written;

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else, whatever the bytes are.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ScrubProgress? progress)
    {
        var from = new WireReader(bytes);
        progress = from.Byte() != Format ? null : new ScrubProgress(from.Time(), IdOf(from.UInt128()), from.Int64(), from.Bool(), from.Time());
        if (!from.IsComplete || progress is { Done: < 0 } || progress is { Done: > 0, After: null })
        {
            progress = null;
        }
        return progress is not null;
    }

    private static FileId? IdOf(UInt128 value) => value == 0 ? null : new FileId(value);

    private static DateTimeOffset ToMillisecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
