using System.Text.Json;
using System.Text.Json.Serialization;

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

    public static async Task WriteAsync(RunReport report, string directory)
    {
        Directory.CreateDirectory(directory);
        var (json, chart) = (Path.Combine(directory, "cluster.json"), Path.Combine(directory, "cluster.svg"));
        await File.WriteAllTextAsync(json, JsonSerializer.Serialize(report, Json));
        await File.WriteAllTextAsync(chart, Chart.Of(report.Cases));
        Console.WriteLine($"{json}, {chart}");
    }
}
