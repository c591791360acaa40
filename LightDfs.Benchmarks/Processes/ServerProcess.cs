using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LightDfs.Benchmarks.Processes;

/// <summary>A limit app or a machine of a cluster: a process with an address and a data directory of its own, which can be ended, held up and started again.</summary>
internal sealed partial class ServerProcess(string name, string address, string directory, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string readyPath) : IAsyncDisposable
{
    private const int Stop = 19; // SIGSTOP, on every Linux that .NET runs on
    private const int Continue = 18; // SIGCONT
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly LastWords _words = new();
    private Process? _process;
    private long _peakBefore;

    public string Name => name;

    /// <summary>Such as 127.0.0.1:5000.</summary>
    public string Address => address;

    public string Directory => directory;

    public bool IsRunning => _process is { HasExited: false };

    public double CpuSeconds => IsRunning ? Proc.CpuSeconds(_process!.Id) : 0;

    /// <summary>Most bytes that it has had resident, over all its runs.</summary>
    public long PeakMemory => IsRunning ? Math.Max(_peakBefore, Proc.PeakMemory(_process!.Id)) : _peakBefore;

    public long Memory => IsRunning ? Proc.Memory(_process!.Id) : 0;

    public HttpClient Client { get; } = new() { BaseAddress = new Uri("http://" + address), Timeout = TimeSpan.FromMinutes(1) };

    public void Start()
    {
        var start = Self.Command(arguments);
        start.RedirectStandardError = true;
        start.ArgumentList.Add(ParentWatch.Option);
        start.ArgumentList.Add("true");
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }
        _process = Process.Start(start)!;
        _words.Follow(_process);
    }

    /// <summary>Waits until it serves.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not serve in time.</exception>
    public async Task WaitUntilReadyAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        var reason = "it did not answer";
        while (Stopwatch.GetElapsedTime(begun) < StartLimit)
        {
            if (!IsRunning)
            {
                throw new InvalidOperationException($"{name} ended by itself with {_process?.ExitCode}; it said last: {_words}");
            }
            try
            {
                using var response = await Client.GetAsync(readyPath);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
                reason = await response.Content.ReadAsStringAsync();
            }
            catch (HttpRequestException failure)
            {
                reason = failure.Message;
            }
            await Task.Delay(20);
        }
        throw new InvalidOperationException($"{name} was not ready after {StartLimit.TotalSeconds} s: {reason}");
    }

    /// <summary>SIGKILL: nobody is told.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
        {
            return;
        }
        if (!process.HasExited)
        {
            _peakBefore = PeakMemory;
            process.Kill(entireProcessTree: true);
        }
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>It keeps its connections, and does nothing.</summary>
    public void Pause() => Signal(Stop);

    /// <summary>It goes on as if no time had passed.</summary>
    public void Resume() => Signal(Continue);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Client.Dispose();
    }

    private void Signal(int signal)
    {
        if (IsRunning && Kill(_process!.Id, signal) != 0)
        {
            throw new IOException($"Cannot send signal {signal} to {name}: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
