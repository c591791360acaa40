using System.Diagnostics;

namespace LightDfs.Tests.Fuzzing;

/// <summary>Feeds one target with mutated inputs.</summary>
internal static class FuzzRun
{
    private const int MostFailures = 5;

    /// <summary>What went wrong, each with the input in hexadecimal; and some figures.</summary>
    public static (IReadOnlyList<string> Failures, string Figures) Run(FuzzTarget target, long inputs, int seed)
    {
        var failures = new List<string>();
        foreach (var good in target.Seeds)
        {
            // Twice: the first time also makes what the runtime makes once.
            Try(target, good, out _, out _);
            Add(failures, target, good, mustBeRead: true, out _, out _);
        }
        foreach (var bad in target.Finds)
        {
            Add(failures, target, bad, mustBeRead: false, out _, out _);
        }
        var mutator = new Mutator([.. target.Seeds, .. target.Finds], seed);
        var (begun, refused, most, slowest) = (Stopwatch.GetTimestamp(), 0L, 0L, 0L);
        for (long number = 0; number < inputs && failures.Count < MostFailures; number++)
        {
            var input = mutator.Next();
            if (target.Reseal is { } reseal && mutator.OneIn(2))
            {
                reseal(input);
            }
            var started = Stopwatch.GetTimestamp();
            refused += Add(failures, target, input, mustBeRead: false, out var memory, out _) ? 1 : 0;
            slowest = Math.Max(slowest, Stopwatch.GetTimestamp() - started);
            most = Math.Max(most, memory);
        }
        var figures = $"{target.Name}: {inputs:N0} inputs in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s, {refused:N0} refused by an exception, most memory {most:N0} bytes, slowest {slowest * 1000 / Stopwatch.Frequency} ms";
        return (failures, figures);
    }

    private static bool Add(List<string> failures, FuzzTarget target, byte[] input, bool mustBeRead, out long memory, out long limit)
    {
        limit = target.Memory + (target.MemoryPerByte * input.Length);
        var cause = Try(target, input, out memory, out var isRefused);
        if (mustBeRead && isRefused)
        {
            failures.Add($"{Convert.ToHexString(input)} is a good one, and refused: {cause}");
        }
        else if (cause is not null && !isRefused)
        {
            failures.Add($"{Convert.ToHexString(input)}: {cause.GetType().Name}: {cause.Message}{(cause is FuzzFailure ? "" : Environment.NewLine + cause.StackTrace)}");
        }
        else if (memory > limit && Again(target, input) > limit)
        {
            failures.Add($"{Convert.ToHexString(input)}: {input.Length} bytes took {memory} bytes of memory; allowed are {limit}");
        }
        return isRefused;
    }

    /// <summary>The runtime may have made something once, just then.</summary>
    private static long Again(FuzzTarget target, byte[] input)
    {
        Try(target, input, out var memory, out _);
        return memory;
    }

    private static Exception? Try(FuzzTarget target, byte[] input, out long memory, out bool isRefused)
    {
        isRefused = false;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Parse(input);
            return null;
        }
        catch (Exception cause)
        {
            isRefused = target.IsRefusal(cause);
            return cause;
        }
        finally
        {
            memory = GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
