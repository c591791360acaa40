using System.Globalization;

namespace LightDfs.Benchmarks.Processes;

/// <summary>What Linux tells of processes under /proc.</summary>
internal static class Proc
{
    /// <summary>Ticks a second in /proc/*/stat, the same on every Linux that .NET runs on (USER_HZ).</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of processor that a process has used, in itself and in the kernel on its behalf.</summary>
    public static double CpuSeconds(int process)
    {
        // The name, in brackets, may hold anything; what follows is numbers.
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Seconds of processor that everything has used, all processors together.</summary>
    public static double CpuSecondsOfAll()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // user nice system idle iowait irq softirq steal
        return fields[1..9].Where((_, i) => i is not (3 or 4)).Sum(Number) / TicksPerSecond;
    }

    /// <summary>Most memory that a process has had resident, in bytes; 0 of one that has ended and is not buried.</summary>
    public static long PeakMemory(int process) => Status(process, "VmHWM:");

    /// <summary>Memory that a process has resident now, in bytes; 0 of one that has ended and is not buried.</summary>
    public static long Memory(int process) => Status(process, "VmRSS:");

    private static long Status(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : (long)Number(string.Concat(line.Where(char.IsAsciiDigit))) << 10;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
