using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PackageTest;

/// <summary>One process of an app, with an address and a data directory of its own.</summary>
internal sealed class RunningApp : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly string _log;

    private RunningApp(IReadOnlyList<string> command, string name, string address, string folder, string clusterKey, IReadOnlyList<string> settings)
    {
        _log = Path.Combine(folder, name + ".log");
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = StartLimit };
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), $"--urls={address}", $"--LightDfs:DataDirectory={Path.Combine(folder, name)}", .. settings])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LightDfs__ClusterKey"] = clusterKey;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _started.TrySetException(new InvalidOperationException($"{name} ended by itself. What it wrote is in {_log}."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public HttpClient Client { get; }

    /// <summary>Starts one process at each address, all with the same key, and waits until each says that it has started.</summary>
    public static async Task<List<RunningApp>> StartAsync(
        IReadOnlyList<string> command, IReadOnlyList<string> addresses, string folder, string clusterKey, params IReadOnlyList<string> settings)
    {
        var apps = addresses.Select((address, i) => new RunningApp(command, $"machine{i + 1}", address, folder, clusterKey, settings)).ToList();
        try
        {
            await Task.WhenAll(apps.Select(app => app._started.Task)).WaitAsync(StartLimit);
            return apps;
        }
        catch
        {
            apps.ForEach(app => app.Dispose());
            throw;
        }
    }

    /// <summary>Addresses of loopback at which nobody listens.</summary>
    public static List<string> FreeAddresses(int count)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        sockets.ForEach(socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
        var addresses = sockets.Select(socket => $"http://{socket.LocalEndPoint}").ToList();
        sockets.ForEach(socket => socket.Dispose());
        return addresses;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Client.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_started)
        {
            File.AppendAllText(_log, line + '\n');
        }
        if (line.Contains("Application started.", StringComparison.Ordinal))
        {
            _started.TrySetResult();
        }
    }
}
