using LightDfs.Benchmarks.Cases.Quick;
using LightDfs.Benchmarks.Options;
using LightDfs.Benchmarks.Processes;
using LightDfs.Benchmarks.Reports;
using LightDfs.Benchmarks.Targets;

namespace LightDfs.Benchmarks.Cases;

/// <summary>Everything that is measured with real processes, and the two targets that a loop answers.</summary>
internal static class ClusterRun
{
    /// <summary>Machines that a put with three copies goes to from the one that takes it in.</summary>
    private const int PeersPerPut = 2;

    public static IEnumerable<string> Names =>
    [
        .. AllCases.List().Select(one => one.Name),
        .. MemoryCase.List(large: true).Select(one => one.Name),
        Owners.Name,
        Signing.Name,
    ];

    public static async Task<int> RunAsync(RunSettings settings)
    {
        if (!Names.Any(settings.Wants))
        {
            throw new WrongOptionException($"No case is called like {string.Join(" or ", settings.Cases.Select(part => $"'{part}'"))}. 'cases' lists them.");
        }
        ReportFiles.Prepare(settings.Out);
        using var data = new DataFolder(settings.Folder);
        using var load = new LoadProcess();
        var report = new RunReport(settings);
        Console.WriteLine($"{report.System}; {report.Disk}. {settings.Rounds} rounds of {settings.Seconds} s, after {settings.WarmUp} s of load for each machine.");
        ConsoleReport.Legend();
        foreach (var one in AllCases.List().Where(one => settings.Wants(one.Name)))
        {
            await TryAsync(report, one.Name, async () =>
            {
                var folder = data.Next();
                report.Cases.Add(await new CaseRun(one, settings, load).RunAsync(folder));
                ConsoleReport.Write(report.Cases[^1], settings.Caution);
                data.Leave(folder);
            });
        }
        foreach (var one in MemoryCase.List(settings.Large).Where(one => settings.Wants(one.Name)))
        {
            await TryAsync(report, one.Name, async () =>
            {
                var folder = data.Next();
                report.Memory.Add(await new MemoryRun(one, load).RunAsync(folder));
                ConsoleReport.Write(report.Memory[^1]);
                data.Leave(folder);
            });
        }
        RunLoops(report);
        ConsoleReport.Write(report.Goals);
        await ReportFiles.WriteAsync(report, settings.Out);
        return report.Failures.Count > 0 || report.Cases.Any(result => result.Errors > 0) || report.Memory.Any(result => result.Outcome.Errors > 0) ? 1 : 0;
    }

    /// <summary>A case that cannot be measured is told, and does not cost the others.</summary>
    private static async Task TryAsync(RunReport report, string name, Func<Task> measure)
    {
        try
        {
            await measure();
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or HttpRequestException)
        {
            report.Failures.Add($"{name}: {failure.Message}");
            Console.WriteLine($"{name}{Environment.NewLine}  FAILED: {failure.Message}");
        }
    }

    private static void RunLoops(RunReport report)
    {
        foreach (var machines in report.Settings.Wants(Owners.Name) ? Owners.Machines : [])
        {
            var (nanoseconds, bytes) = Owners.Time(machines);
            report.Owners.Add(new OwnersResult(machines, nanoseconds, bytes));
        }
        if (report.Settings.Wants(Signing.Name))
        {
            report.Signing = new SigningResult(Signing.Time(PeersPerPut, 4096), Signing.Time(1, 0));
            ConsoleReport.Write(report.Signing);
        }
    }
}
