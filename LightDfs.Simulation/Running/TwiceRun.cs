using System.Diagnostics;
using System.Globalization;

namespace LightDfs.Simulation.Running;

/// <summary>Lets two processes run the same seeds: each must hold, with the same trace in both. A seed that does not reproduce its run is worth nothing.</summary>
internal static class TwiceRun
{
    /// <summary>The exit code.</summary>
    public static async Task<int> RunAsync(CommandLine line)
    {
        var runs = await Task.WhenAll(RunChildAsync(line), RunChildAsync(line));
        var (passed, failed) = (0, 0);
        for (var seed = line.First; seed <= line.Last; seed++)
        {
            var (one, other) = (VerdictOf(runs[0], seed), VerdictOf(runs[1], seed));
            if (one == other && Verdict.IsGood(one))
            {
                Console.WriteLine($"{one}, twice");
                passed++;
            }
            else
            {
                Console.WriteLine(one == other ? one : $"seed {seed} DIFFERS: '{one}' and '{other}'");
                failed++;
            }
        }
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static string VerdictOf(List<string> output, ulong seed) =>
        output.Find(text => text.StartsWith(string.Create(CultureInfo.InvariantCulture, $"seed {seed} "), StringComparison.Ordinal)) ?? "no verdict";

    private static async Task<List<string>> RunChildAsync(CommandLine line)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(TwiceRun).Assembly.Location);
        }
        start.ArgumentList.Add("--seeds");
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"{line.First}..{line.Last}"));
        using var child = Process.Start(start)!;
        var output = new List<string>();
        while (await child.StandardOutput.ReadLineAsync() is { } text)
        {
            output.Add(text);
        }
        await child.WaitForExitAsync();
        return output;
    }
}
