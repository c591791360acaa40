using LightDfs.Benchmarks.Processes;
using LightDfs.Benchmarks.Reports;
using LightDfs.Benchmarks.Targets;

namespace LightDfs.Benchmarks.Cases;

/// <summary>Everything that is measured with real processes.</summary>
internal static class ClusterRun
{
    public static async Task<int> RunAsync(RunSettings settings)
    {
        var cases = AllCases.List().Where(one => settings.Wants(one.Name)).ToList();
        if (cases.Count == 0)
        {
            Console.Error.WriteLine($"No case is called like {string.Join(" or ", settings.Cases)}. '-- cases' lists them.");
            return 2;
        }
        using var data = new DataFolder(settings.Folder);
        using var load = new LoadProcess();
        var results = new List<CaseResult>();
        foreach (var one in cases)
        {
            var folder = data.Next();
            var result = await new CaseRun(one, settings, load).RunAsync(folder);
            ConsoleReport.Write(result);
            results.Add(result);
            data.Leave(folder);
        }
        return 0;
    }
}
