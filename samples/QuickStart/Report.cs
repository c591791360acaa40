using System.Globalization;
using Spectre.Console;

namespace QuickStart;

/// <summary>What people see.</summary>
internal static class Report
{
    /// <summary>Runs work with a progress bar, or quietly where nobody watches.</summary>
    public static async Task<T> ProgressAsync<T>(string what, int count, Func<Action, Task<T>> work)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var result = Console.IsOutputRedirected
            ? await work(() => { })
            : await AnsiConsole.Progress().StartAsync(progress =>
            {
                var task = progress.AddTask(what, maxValue: count);
                return work(() => task.Increment(1));
            });
        Say($"{what}: {count:N0} files in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:N1} s.");
        return result;
    }

    /// <summary>The ring, and who holds how much: each machine asked for itself.</summary>
    public static void Show(IEnumerable<Machine> machines)
    {
        // Without "http://", a row with gigabytes fits into 80 columns.
        var table = new Table().AddColumn(new TableColumn("Machine").NoWrap()).AddColumn(new TableColumn("Address").NoWrap()).AddColumn("State");
        foreach (var numbers in new[] { "Partitions", "Replicas", "Bytes" })
        {
            table.AddColumn(new TableColumn(numbers).RightAligned().NoWrap());
        }
        foreach (var machine in machines)
        {
            var status = machine.Status;
            var self = status.Machines.SingleOrDefault(one => one.IsSelf);
            table.AddRow(self is null ? "?" : $"{self.Id}"[..8], new Uri(machine.Address).Authority, status.IsReady ? "ready" : Markup.Escape($"{status.NotReadyBecause}"),
                Number(self?.OwnedPartitions), Number(self?.Replicas), Number(self?.Bytes));
        }
        AnsiConsole.Write(table);

        var any = machines.First().Status;
        Say($"Ring {any.RingFingerprint[..8]}: {any.Members} machines, {any.Copies} copies of each file, acknowledged when {any.WriteQuorum} have it on disk.");
        foreach (var problem in any.Problems)
        {
            Say(problem);
        }
    }

    public static void Say(FormattableString text) => Say(text.ToString(CultureInfo.InvariantCulture));

    public static void Say(string text) => Console.WriteLine(text);

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "?";
}
