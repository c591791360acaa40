using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace EndToEnd;

/// <summary>One FileServer: a process with a data directory and a port of its own, which can be killed and started again.</summary>
internal sealed class Server(string name, string address, IReadOnlyList<string> peers, string folder, string? clusterKey) : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private Process? _process;

    public string Name => name;

    public string Address { get; private set; } = address;

    /// <summary>Most memory that one of its runs has had resident, in MiB; 0 where the system does not tell.</summary>
    public long PeakMemory { get; private set; }

    public string DataDirectory { get; init; } = Path.Combine(folder, name);

    /// <summary>Programs that start it, such as one that gives it a network of its own; none by default.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>Settings besides those that every server needs.</summary>
    public IReadOnlyList<string> MoreSettings { get; init; } = [];

    /// <summary>What it writes to its console, over all its runs.</summary>
    public ServerLog Log { get; } = new(Path.Combine(folder, name + ".log"));

    public HttpClient Client { get; private set; } = ClientOf(address);

    /// <summary>Starts the process; another program may stand before it, which then starts it.</summary>
    public void Start(params string[] before)
    {
        string[] command = [.. Launcher, .. before, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Programs.FileServer];
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        string[] settings =
        [
            $"--urls={Address}",
            $"--LightDfs:DataDirectory={DataDirectory}",
            .. peers.Select((peer, i) => $"--LightDfs:Peers:{i}={peer}"),
            "--Logging:LogLevel:Default=Warning",
            "--Logging:LogLevel:LightDfs.Peers=Debug",
            "--Logging:Console:FormatterName=simple",
            "--Logging:Console:FormatterOptions:SingleLine=true",
            .. MoreSettings,
        ];
        foreach (var argument in command.Skip(1).Concat(settings))
        {
            start.ArgumentList.Add(argument);
        }
        if (clusterKey is not null)
        {
            start.Environment["LightDfs__ClusterKey"] = clusterKey;
        }
        _process = Process.Start(start)!;
        Log.Follow(_process);
    }

    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            NoteMemory();
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>SIGSTOP: it keeps its connections, and answers nothing.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT: it goes on as if no time had passed.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    /// <summary>SIGTERM, as whoever deploys a new version sends it.</summary>
    /// <returns>What speaks against how it ended; null for nothing.</returns>
    public async Task<string?> StopAsync()
    {
        if (_process is not { } process)
        {
            return null;
        }
        NoteMemory();
        await Programs.SignalAsync(process, "TERM");
        try
        {
            await process.WaitForExitAsync().WaitAsync(StopLimit);
        }
        catch (TimeoutException)
        {
            await KillAsync();
            return $"{name} did not end within {StopLimit.TotalSeconds} s of SIGTERM";
        }
        var code = process.ExitCode;
        process.Dispose();
        _process = null;
        return code == 0 ? null : $"{name} ended with {code} after SIGTERM; its last words: {Log.LastLine}";
    }

    /// <summary>From its next start on it listens at another address. The lists of peers stay as they are.</summary>
    public void MoveTo(string newAddress)
    {
        Client.Dispose();
        (Address, Client) = (newAddress, ClientOf(newAddress));
    }

    public void NoteMemory()
    {
        var status = $"/proc/{_process?.Id}/status";
        if (_process is { HasExited: false } && File.Exists(status))
        {
            var line = File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) ?? "0";
            PeakMemory = Math.Max(PeakMemory, long.Parse(string.Concat(line.Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture) >> 10);
        }
    }

    /// <summary>Waits until it says that it serves files.</summary>
    /// <returns>Why it does not; null when it does.</returns>
    public async Task<string?> WaitUntilReadyAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        var reason = "it did not answer";
        while (TimeProvider.System.GetElapsedTime(begun) < StartLimit)
        {
            if (_process is not { HasExited: false })
            {
                return $"{name} ended by itself; its last words: {Log.LastLine}";
            }
            try
            {
                using var response = await Client.GetAsync("/health/ready");
                if (response.IsSuccessStatusCode)
                {
                    return null;
                }
                reason = await response.Content.ReadAsStringAsync();
            }
            catch (HttpRequestException failure)
            {
                reason = failure.Message;
            }
            await Task.Delay(50);
        }
        return $"{name} was not ready after {StartLimit.TotalSeconds} s: {reason}";
    }

    public Task<JsonElement> StatusAsync() => Client.GetFromJsonAsync<JsonElement>("/status");

    public void Dispose()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
        Client.Dispose();
        Log.Dispose();
    }

    private Task SignalAsync(string signal) => _process is { } process ? Programs.SignalAsync(process, signal) : Task.CompletedTask;

    private static HttpClient ClientOf(string address) => new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(10) };
}
