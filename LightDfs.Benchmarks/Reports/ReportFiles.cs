using System.Text.Json;
using System.Text.Json.Serialization;
using LightDfs.Benchmarks.Options;

namespace LightDfs.Benchmarks.Reports;

/// <summary>What a run leaves: figures as JSON, ratios as a chart.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Makes the folder, so that a run does not find at its end that it cannot leave anything.</summary>
    /// <exception cref="WrongOptionException">It cannot be made.</exception>
    public static void Prepare(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new WrongOptionException($"--out '{directory}' cannot be used: {cause.Message}");
        }
    }

    public static async Task WriteAsync(RunReport report, string directory)
    {
        var (json, chart) = (Path.Combine(directory, "cluster.json"), Path.Combine(directory, "cluster.svg"));
        await File.WriteAllTextAsync(json, JsonSerializer.Serialize(report, Json));
        await File.WriteAllTextAsync(chart, Chart.Of(report.Cases));
        Console.WriteLine($"{json}, {chart}");
    }
}
