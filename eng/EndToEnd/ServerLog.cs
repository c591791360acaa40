using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EndToEnd;

/// <summary>What a server writes to its console: kept in a file, and searched for its attempts to reach peers.</summary>
internal sealed partial class ServerLog(string path) : IDisposable
{
    // What machines say to each other about themselves. All else is done for somebody's file.
    private static readonly HashSet<string> AboutMachines = new(StringComparer.Ordinal) { "Heartbeat", "Membership", "WhoAreYou", "Propose", "ProposeId" };
    private readonly Lock _lock = new();
    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true };
    private readonly List<(string Operation, string Address)> _attempts = [];

    public string LastLine { get; private set; } = "(none)";

    /// <summary>All attempts so far. Position in the list of attempts, to count from later.</summary>
    public int Position
    {
        get
        {
            lock (_lock)
            {
                return _attempts.Count;
            }
        }
    }

    public void Follow(Process process)
    {
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Attempts to reach an address for somebody's file, since a position.</summary>
    public List<string> AttemptsForFiles(string address, int since)
    {
        lock (_lock)
        {
            return [.. _attempts.Skip(since).Where(attempt => attempt.Address == address && !AboutMachines.Contains(attempt.Operation)).Select(attempt => attempt.Operation)];
        }
    }

    /// <summary>
    /// Waits for two more heartbeats in the log: it is written in order, so that whatever was logged before this call is here then.
    /// </summary>
    public async Task<bool> CatchUpAsync()
    {
        var (begun, since) = (TimeProvider.System.GetTimestamp(), Position);
        while (TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20))
        {
            lock (_lock)
            {
                if (_attempts.Skip(since).Count(attempt => attempt.Operation == "Heartbeat") >= 2)
                {
                    return true;
                }
            }
            await Task.Delay(50);
        }
        return false;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file.Dispose();
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_lock)
        {
            if (_file.BaseStream is not { CanWrite: true })
            {
                return;
            }
            if (Attempt().Match(line) is { Success: true } attempt)
            {
                _attempts.Add((attempt.Groups["operation"].Value, attempt.Groups["address"].Value.TrimEnd('/')));
            }
            else
            {
                LastLine = line;
                _file.WriteLine(line);
            }
        }
    }

    [GeneratedRegex(@"Attempt (?<operation>\w+) at '(?<address>[^']+)'\.")]
    private static partial Regex Attempt();
}
