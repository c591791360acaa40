using System.Diagnostics;
using System.Globalization;

namespace LightDfs.Simulation.Running;

/// <summary>The other end of a <see cref="Worker"/>. One that answers nothing for too long runs in a circle: it is ended, and that is the verdict.</summary>
internal sealed class WorkerProcess(int linesShown) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private Process? _process;

    /// <summary>What the worker says of a seed: the verdict, and of one that fails why. Lines of no worker that lives are lost with it.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(ulong seed)
    {
        var process = _process ??= Start();
        await process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{seed}"));
        await process.StandardInput.FlushAsync();
        var lines = new List<string>();
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(late.Token) is { Length: > 0 } line)
            {
                lines.Add(line);
            }
        }
        catch (OperationCanceledException)
        {
            Dispose();
            return [$"seed {seed} FAILS", $"  after {Patience.TotalMinutes:0} minutes of real time it has not come to an end"];
        }
        if (lines.Count == 0)
        {
            Dispose();
            return [$"seed {seed} FAILS", "  its process died"];
        }
        return lines;
    }

    public void Dispose()
    {
        if (_process is { } process)
        {
            process.Kill();
            process.Dispose();
            _process = null;
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(WorkerProcess).Assembly.Location);
        }
        start.ArgumentList.Add("--worker");
        if (linesShown == 0)
        {
            start.ArgumentList.Add("--brief");
        }
        else if (linesShown == int.MaxValue)
        {
            start.ArgumentList.Add("--trace");
        }
        return Process.Start(start)!;
    }
}
