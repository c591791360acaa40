using System.Net;
using System.Net.Sockets;
using LightDfs.Tests.Diagnostics;
using LightDfs.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LightDfs.Tests.Peers;

/// <summary>Three host apps over Kestrel on loopback, with disks of their own, that can be restarted one by one with other keys.</summary>
internal sealed class RotatingHosts(RecordedLogs logs) : IAsyncDisposable
{
    private const int Size = 3;
    private readonly TempDirectory _data = new();
    private readonly WebApplication?[] _apps = new WebApplication?[Size];
    private readonly List<Socket> _ports = HoldPorts();

    private string[] Addresses => [.. _ports.Select(port => $"http://{port.LocalEndPoint}")];

    public IEnumerable<int> Indexes => Enumerable.Range(0, Size);

    public IFileStore Files(int index) => _apps[index]!.Services.GetRequiredService<IFileStore>();

    public async Task StartAsync(int index, string key, string? previous)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Addresses[index]);
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Configuration["LightDfs:DataDirectory"] = System.IO.Path.Combine(_data.Path, $"machine{index}");
        builder.Configuration["LightDfs:ClusterKey"] = key;
        builder.Configuration["LightDfs:PreviousClusterKey"] = previous;
        builder.Services.AddLightDfs(Addresses);
        var app = builder.Build();
        app.MapLightDfs();
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        _apps[index] = app;
    }

    public async Task StopAsync(int index)
    {
        if (_apps[index] is { } app)
        {
            _apps[index] = null;
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    /// <summary>Waits until each of them serves, also what it has missed, and knows the others to be up and fit for files, by asking until it is so.</summary>
    public async Task MeetAsync(CancellationToken cancellationToken)
    {
        var machines = _apps.Select(app => app!.Services.GetRequiredService<LightDfsMachine>()).ToList();
        foreach (var machine in machines)
        {
            await machine.Ready.WaitAsync(cancellationToken);
            while (!machine.Cluster.Status.IsReady || machine.Directory.All.Count(peer => peer.TakesFiles) < Size - 1)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await machine.Heartbeats.BeatAllAsync(cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var index in Indexes)
        {
            await StopAsync(index);
        }
        _ports.ForEach(port => port.Dispose());
        _data.Dispose();
    }

    /// <summary>
    /// A socket of each address. Machines must know each other's addresses before they start; and while one is down, nobody's outgoing connection may get its port.
    /// A port that is bound, but not listened at, is kept from both, and yet free for the machine.
    /// </summary>
    private static List<Socket> HoldPorts()
    {
        var sockets = Enumerable.Range(0, Size).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var socket in sockets)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        }
        return sockets;
    }
}
