using System.Net;
using System.Net.Sockets;

namespace QuickStart;

/// <summary>Three machines on loopback, with data directories that last as long as this does.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const int Size = 3;
    private const int Attempts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);
    private readonly List<Machine> _machines = [];
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("lightdfs-quickstart-");

    private Cluster()
    {
    }

    /// <summary>The machines that run.</summary>
    public IReadOnlyList<Machine> Machines => _machines;

    public static async Task<Cluster> StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var cluster = new Cluster();
            try
            {
                await cluster.StartMachinesAsync();
                return cluster;
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Somebody took a port between choosing and using it.
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Waits until every machine serves and sees all others serving, at most half a minute. Only a report needs that: stores and reads wait by themselves for machines that start.</summary>
    public async Task SettleAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(LookAgain);
        while (!_machines.TrueForAll(machine => machine.SeesServing(_machines.Count)) && TimeProvider.System.GetElapsedTime(begun) < Patience)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    public async Task StopAsync(Machine machine)
    {
        _machines.Remove(machine);
        await machine.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines)
        {
            await machine.DisposeAsync();
        }
        _machines.Clear();
        _data.Delete(recursive: true);
    }

    private async Task StartMachinesAsync()
    {
        var addresses = ChooseAddresses();
        foreach (var address in addresses)
        {
            _machines.Add(await Machine.StartAsync(address, addresses, Path.Combine(_data.FullName, $"machine{_machines.Count + 1}")));
        }
    }

    // Machines must know each other's addresses before they start, so the ports are chosen first: all held at once, that they differ.
    private static string[] ChooseAddresses()
    {
        var sockets = Enumerable.Range(0, Size).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            sockets.ForEach(socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
            return [.. sockets.Select(socket => $"http://{socket.LocalEndPoint}")];
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }
}
