using System.Globalization;

namespace LightDfs.Simulation.Running;

/// <summary>A process that runs the seeds that come in, one a line, and answers each with its verdict and an empty line, until no more come.</summary>
internal static class Worker
{
    public static async Task RunAsync(int linesShown)
    {
        while (Console.In.ReadLine() is { } line)
        {
            var verdict = await SeedRun.RunAsync(ulong.Parse(line, CultureInfo.InvariantCulture), linesShown);
            foreach (var shown in verdict.Lines)
            {
                Console.WriteLine(shown);
            }
            Console.WriteLine();
        }
    }
}
