using System.Globalization;

namespace EndToEnd.Chaos;

/// <summary>
/// A network of its own for each machine, joined by a bridge that leads nowhere else, so that what one sends another can really be lost while both run and answer their clients.
/// Needs root; it goes with this object, and what a killed run left behind goes with the next.
/// </summary>
internal sealed class PrivateNetwork : IDisposable
{
    private const string Prefix = "ldfs";
    private const int Port = 5000;
    private readonly string _name;
    private readonly string _subnet;
    private readonly int _machines;

    private PrivateNetwork(int machines)
    {
        var process = Environment.ProcessId;
        _name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{process}");
        // Another for each process, of those that nobody routes.
        _subnet = string.Create(CultureInfo.InvariantCulture, $"10.{200 + (process / 250 % 50)}.{process % 250}");
        _machines = machines;
    }

    /// <summary>Makes one; or says why it cannot be had here.</summary>
    public static async Task<(PrivateNetwork? Network, string? Why)> TryCreateAsync(int machines)
    {
        if (!Programs.CanRunAsRoot("ip"))
        {
            return (null, "cutting a network takes Linux, root and the program ip");
        }
        await SweepAsync();
        var network = new PrivateNetwork(machines);
        if (await network.SetUpAsync() is { } why)
        {
            network.Dispose();
            return (null, why);
        }
        return (network, null);
    }

    public string AddressOf(int machine) => $"http://{HostOf(machine)}:{Port}";

    /// <summary>What starts a program in a machine's network.</summary>
    public string[] LauncherOf(int machine) => ["ip", "netns", "exec", NameOf(machine)];

    /// <summary>What these two send each other is lost from now on. Clients reach both.</summary>
    public async Task CutAsync(int one, int other)
    {
        await IpAsync("-n", NameOf(one), "route", "replace", "blackhole", HostOf(other) + "/32");
        await IpAsync("-n", NameOf(other), "route", "replace", "blackhole", HostOf(one) + "/32");
    }

    public async Task JoinAsync(int one, int other)
    {
        await IpAsync("-n", NameOf(one), "route", "del", "blackhole", HostOf(other) + "/32");
        await IpAsync("-n", NameOf(other), "route", "del", "blackhole", HostOf(one) + "/32");
    }

    public void Dispose()
    {
        for (var machine = 0; machine < _machines; machine++)
        {
            Programs.RunAsync("ip", "netns", "del", NameOf(machine)).GetAwaiter().GetResult();
        }
        Programs.RunAsync("ip", "link", "del", _name).GetAwaiter().GetResult();
    }

    private string HostOf(int machine) => string.Create(CultureInfo.InvariantCulture, $"{_subnet}.{machine + 1}");

    private string NameOf(int machine) => string.Create(CultureInfo.InvariantCulture, $"{_name}-{machine + 1}");

    private async Task<string?> SetUpAsync()
    {
        List<string[]> commands =
        [
            ["link", "add", _name, "type", "bridge"],
            ["addr", "add", _subnet + ".254/24", "dev", _name],
            ["link", "set", _name, "up"],
        ];
        for (var machine = 0; machine < _machines; machine++)
        {
            var (space, link) = (NameOf(machine), NameOf(machine));
            commands.Add(["netns", "add", space]);
            commands.Add(["link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space]);
            commands.Add(["link", "set", link, "master", _name, "up"]);
            commands.Add(["-n", space, "addr", "add", HostOf(machine) + "/24", "dev", "eth0"]);
            commands.Add(["-n", space, "link", "set", "eth0", "up"]);
            commands.Add(["-n", space, "link", "set", "lo", "up"]);
        }
        foreach (var command in commands)
        {
            var (code, words) = await Programs.RunAsync("ip", command);
            if (code != 0)
            {
                return $"ip {string.Join(' ', command)}: {words}";
            }
        }
        return null;
    }

    private static async Task IpAsync(params string[] arguments)
    {
        var (code, words) = await Programs.RunAsync("ip", arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)} ended with {code}: {words}");
        }
    }

    private static async Task SweepAsync()
    {
        foreach (var space in Directory.Exists("/var/run/netns") ? Directory.GetFiles("/var/run/netns", Prefix + "*-*").Select(path => Path.GetFileName(path)) : [])
        {
            var bridge = space[..space.IndexOf('-', StringComparison.Ordinal)];
            if (!Programs.IsRunning(bridge[Prefix.Length..]))
            {
                await Programs.RunAsync("ip", "netns", "del", space);
                await Programs.RunAsync("ip", "link", "del", bridge);
            }
        }
    }
}
