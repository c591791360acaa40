using System.Globalization;
using System.Text.RegularExpressions;

namespace PlantedBugs;

/// <summary>Builds the simulation of a source tree, and runs its seeds.</summary>
internal sealed partial class Simulation(string folder, Settings settings)
{
    private const int LongestReason = 220;

    public async Task<SimulationResult> RunAsync(bool untilFailure)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var built = await Command.RunAsync(folder, "dotnet", "build", "LightDfs.Simulation", "--configuration", "Release", "-p:RunAnalyzers=false", "-v", "quiet", "-nologo");
        if (built.ExitCode != 0)
        {
            return new(null, "it does not build: " + Short(built.Output), 0, TimeProvider.System.GetElapsedTime(begun));
        }
        string[] arguments =
        [
            Path.Combine("LightDfs.Simulation", "bin", "Release", "net10.0", "LightDfs.Simulation.dll"),
            "--seeds", settings.Seeds, "--workers", settings.Workers.ToString(CultureInfo.InvariantCulture), "--brief", .. untilFailure ? ["--until-failure"] : Array.Empty<string>(),
        ];
        var run = await Command.RunAsync(folder, "dotnet", arguments);
        var lines = run.Output.Split('\n');
        var at = Array.FindIndex(lines, line => Failing().IsMatch(line));
        ulong? failing = at < 0 ? null : ulong.Parse(Failing().Match(lines[at]).Groups[1].Value, CultureInfo.InvariantCulture);
        var why = at < 0 ? run.ExitCode == 0 ? null : Short(run.Output) : Short(string.Join(' ', lines.Skip(at + 1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Take(1)));
        return new(failing, why, lines.Count(line => line.StartsWith("seed ", StringComparison.Ordinal)), TimeProvider.System.GetElapsedTime(begun));
    }

    private static string Short(string text) => text.Trim().ReplaceLineEndings(" ") is var one && one.Length > LongestReason ? one[..LongestReason] + "…" : one;

    [GeneratedRegex("^seed ([0-9]+) FAILS")]
    private static partial Regex Failing();
}

/// <summary>How the seeds went.</summary>
/// <param name="FailingSeed">The first that failed; <see langword="null"/> for none.</param>
/// <param name="Why">The first thing that did not hold in it; or why no seed was run.</param>
/// <param name="Seeds">How many were run.</param>
/// <param name="Took">With the build.</param>
internal readonly record struct SimulationResult(ulong? FailingSeed, string? Why, int Seeds, TimeSpan Took);
