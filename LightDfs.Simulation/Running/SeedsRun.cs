namespace LightDfs.Simulation.Running;

/// <summary>Runs one seed after the other, here or in worker processes, and counts.</summary>
internal sealed class SeedsRun(CommandLine line)
{
    private readonly long _begun = TimeProvider.System.GetTimestamp();
    private ulong _next = line.First;
    private bool _isOver;
    private int _passed;
    private int _failed;

    /// <summary>The exit code.</summary>
    public static async Task<int> RunAsync(CommandLine line)
    {
        var run = new SeedsRun(line);
        if (line.Workers is { } workers)
        {
            await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => run.WorkAsync()));
        }
        else
        {
            while (run.TryNext(out var seed))
            {
                run.Count((await SeedRun.RunAsync(seed, line.LinesShown)).Lines);
            }
        }
        Console.WriteLine($"{run._passed} passed, {run._failed} failed");
        return run._failed == 0 ? 0 : 1;
    }

    private async Task WorkAsync()
    {
        using var worker = new WorkerProcess(line.LinesShown);
        while (TryNext(out var seed))
        {
            Count(await worker.RunAsync(seed));
        }
    }

    // One thread runs everything here too, so nothing needs a lock.
    private bool TryNext(out ulong seed)
    {
        seed = _next;
        if (_isOver || TimeProvider.System.GetElapsedTime(_begun) >= line.Duration)
        {
            return false;
        }
        _isOver = seed == line.Last;
        _next++;
        return seed <= line.Last;
    }

    private void Count(IReadOnlyList<string> lines)
    {
        foreach (var shown in lines)
        {
            Console.WriteLine(shown);
        }
        if (Verdict.IsGood(lines[0]))
        {
            _passed++;
            return;
        }
        _failed++;
        _isOver |= line.EndsAtFailure;
    }
}
