using System.Diagnostics;

namespace LightDfs.Benchmarks.Cases.Quick;

/// <summary>Times something so short that the micro benchmarks measure it better: enough to say whether a target is met.</summary>
internal static class Loops
{
    private const int Times = 20;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(20);

    /// <summary>Nanoseconds that an action takes, in the least disturbed of several times, and bytes that it allocates.</summary>
    public static (double Nanoseconds, double Bytes) Time(Action<int> repeat)
    {
        var count = 1;
        while (Once(repeat, count) < Length)
        {
            count *= 2;
        }
        // Warm by now; the compiler has had its say.
        var before = GC.GetAllocatedBytesForCurrentThread();
        repeat(count);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count;
        return (Enumerable.Range(0, Times).Min(_ => Once(repeat, count).TotalNanoseconds / count), Math.Round(bytes, 1));
    }

    private static TimeSpan Once(Action<int> repeat, int count)
    {
        var begun = Stopwatch.GetTimestamp();
        repeat(count);
        return Stopwatch.GetElapsedTime(begun);
    }
}
