using LightDfs.Chance;

namespace LightDfs.Files;

/// <summary>Draws the ids of one machine, again and again until the owners of one are fit to take the file. Thread-safe.</summary>
/// <remarks>
/// The time in its ids does not step back when the clock is corrected by up to <see cref="BridgedStep"/>: the last time is used until the
/// clock has caught up, so listings keep the order of storing. A larger step is believed, lest one wild hour of the clock mark every id
/// until restart with a time far ahead.
/// </remarks>
internal sealed class FileIdSource(TimeProvider timeProvider, RandomSource random)
{
    /// <summary>
    /// Draws before the last id is handed out as it is. With half of the machines unfit, one id in eight has three fit owners, so 63 in vain are rare.
    /// </summary>
    public const int MaxDraws = 64;

    /// <summary>The same minute that the cluster tolerates between clocks.</summary>
    public static readonly TimeSpan BridgedStep = TimeSpan.FromMinutes(1);

    private long _last;

    /// <summary>Draws until <paramref name="isHealthy"/> says yes; after <see cref="MaxDraws"/> the last one drawn, for the store to try and report.</summary>
    public FileId Draw(FileKind kind, Func<FileId, bool> isHealthy)
    {
        ArgumentNullException.ThrowIfNull(isHealthy);
        return Draw(kind, isHealthy, static (id, ask) => ask(id));
    }

    /// <summary>As the other one, for a static lambda: <paramref name="state"/> is handed through, so that nothing is allocated.</summary>
    public FileId Draw<TState>(FileKind kind, TState state, Func<FileId, TState, bool> isHealthy)
    {
        TryDraw(kind, state, isHealthy, out var id);
        return id;
    }

    /// <summary>False when none of <see cref="MaxDraws"/> was fit; then <paramref name="id"/> is the last one drawn.</summary>
    public bool TryDraw<TState>(FileKind kind, TState state, Func<FileId, TState, bool> isHealthy, out FileId id)
    {
        ArgumentNullException.ThrowIfNull(isHealthy);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(NextTime());
        for (var draws = 1; ; draws++)
        {
            id = FileId.Create(kind, time, random);
            if (isHealthy(id, state))
            {
                return true;
            }
            if (draws == MaxDraws)
            {
                return false;
            }
        }
    }

    private long NextTime()
    {
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            if (now < last && last - now <= (long)BridgedStep.TotalMilliseconds)
            {
                return last;
            }
            if (Interlocked.CompareExchange(ref _last, now, last) == last)
            {
                return now;
            }
        }
    }
}
