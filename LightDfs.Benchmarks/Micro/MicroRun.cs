using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using LightDfs.Benchmarks.Options;

namespace LightDfs.Benchmarks.Micro;

/// <summary>
/// Runs the micro benchmarks whose names contain a word; options of BenchmarkDotNet may follow, such as --job short. They run in this process, which begins at once; --apart builds one for each,
/// so that none finds code that another one has warmed.
/// </summary>
internal static class MicroRun
{
    private const string Apart = "--apart";
    private const string BuildSeconds = "900";

    /// <summary>Options of BenchmarkDotNet that only tell something.</summary>
    private static readonly string[] Asking = ["--list", "--info", "--version"];

    public static int Run(string[] arguments)
    {
        string[] options = arguments is [var first, .. var rest] && !first.StartsWith('-') ? ["--filter", $"*{first}*", .. rest]
            : arguments.Contains("--filter") || arguments.Contains("--list") ? arguments
            : ["--filter", "*", .. arguments];
        options = options.Contains(Apart) ? [.. options.Where(option => option != Apart), "--buildTimeout", BuildSeconds] : [.. options, "--inProcess"];
        var config = ManualConfig.Create(DefaultConfig.Instance).WithArtifactsPath(Path.GetFullPath("artifacts/benchmarks/micro"));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroRun).Assembly).Run(options, config);
        if (!summaries.Any() && !Array.Exists(options, option => Asking.Contains(option, StringComparer.OrdinalIgnoreCase)))
        {
            throw new WrongOptionException("No benchmark ran: none is called like that, or an option is wrong. 'micro --list flat' lists them, 'micro --help' says more.");
        }
        return summaries.All(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
