using System.Collections.Concurrent;
using System.Globalization;

namespace EndToEnd.Chaos;

/// <summary>
/// Four machines under constant load, while faults drawn from one number hit them. In the end all is healed, and what was acknowledged is compared with what each machine gives.
/// </summary>
internal sealed class ChaosRun(Checks checks, IReadOnlyList<FileInfo> files, TimeSpan duration, int seed)
{
    private const int Machines = 4;
    private const int Clients = 6;

    /// <summary>Longer ones are covered by other scenarios, and would leave no time for faults.</summary>
    private const long LongestFile = 24 * 1024 * 1024;

    public async Task RunAsync()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Chaos for {duration.TotalSeconds:0} s, seed {seed} (--chaos {duration.TotalSeconds:0}s --seed {seed})."));
        var (network, noNetwork) = await PrivateNetwork.TryCreateAsync(Machines);
        using var networkToo = network;
        var (disk, noDisk) = await SmallDisk.TryMountAsync();
        using var diskToo = disk;
        var addresses = network is null ? FreeAddresses.Find(Machines) : [.. Enumerable.Range(0, Machines).Select(network.AddressOf)];
        using var servers = Servers.Prepare(Machines, (i, name, folder, key) => new Server(name, addresses[i], addresses, folder, key)
        {
            Launcher = network?.LauncherOf(i) ?? [],
            DataDirectory = i == Machines - 1 && disk is not null ? disk.DataDirectory : Path.Combine(folder, name),
            MoreSettings = ["--LightDfs:ReplaceAfter=00:01:00"],
        });
        Note(noNetwork, "A network that is cut");
        Note(noDisk, "A disk that is full");
        var failedBefore = checks.Failed;
        var problems = await servers.StartAsync();
        checks.Check("Four machines start for the chaos", $"{Machines} processes", problems);
        if (problems.Count == 0)
        {
            await RunAsync(servers.All, network, disk);
        }
        servers.Keep = checks.Failed > failedBefore;
    }

    private async Task RunAsync(IReadOnlyList<Server> all, PrivateNetwork? network, SmallDisk? disk)
    {
        var tally = new Tally();
        var digests = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        List<FileInfo> sources = [.. files.Where(file => file.Length <= LongestFile)];
        List<Client> clients = [.. Enumerable.Range(1, Clients).Select(i => new Client(all, sources, digests, tally, seed + i))];
        var isLong = duration >= TimeSpan.FromMinutes(2);
        var faults = new Faults(all, network, disk, seed, TimeSpan.FromSeconds(isLong ? 2 : 1.5), TimeSpan.FromSeconds(isLong ? 12 : 4));

        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(clients.Select(client => client.RunAsync(stop.Token)));
        await faults.RunAsync(duration);
        await stop.CancelAsync();
        await load;

        List<Entry> log = [.. clients.SelectMany(client => client.Log)];
        var acknowledged = log.Count(entry => entry.Known != Known.Sent);
        var verdict = new Verdict(all, log);
        // Machines may still be coming back into contact; then nothing is refused any more.
        await Task.WhenAll(clients.Select(client => client.FinishAsync()));
        var (took, notFull) = await verdict.WaitUntilFullAsync();
        var unavailable = await verdict.CompareAsync();
        // Copies that nobody had read since they were spoilt are known now.
        var (again, stillNotFull) = await verdict.WaitUntilFullAsync();
        List<string> undeleted = [.. log.Where(entry => entry.Known == Known.Deleting).Select(entry => $"{entry.Id} could not be deleted")];

        Console.WriteLine("          | chaos | |");
        Console.WriteLine("          |---|---|");
        foreach (var (kind, count) in faults.Injected)
        {
            Row($"fault: {kind}", count);
        }
        Row("requests", tally.Requests);
        Row("files acknowledged", acknowledged);
        Row("deletes acknowledged", log.Count(entry => entry.Known == Known.Deleted));
        Row("stores of unknown outcome", log.Count(entry => entry.Known == Known.Sent));
        Row("lost", verdict.Lost.Count + tally.Lost.Count);
        Row("resurrected", verdict.Resurrected.Count);
        Row("wrong bytes", verdict.WrongBytes.Count + tally.WrongBytes.Count);
        Row("unavailable answers", tally.Unavailable);
        Row("requests that got no answer", tally.Silent);
        Row("reads of deleted files, for a while", tally.ServedAfterDelete);
        Row("seconds to full copies", took.TotalSeconds);
        Row("seconds to full copies after all was read", again.TotalSeconds);

        checks.Check("Machines come back from every fault, and end when told to", $"{faults.Injected.Values.Sum()} faults", faults.Problems);
        checks.Check("Nothing acknowledged is lost, also not for a moment", $"{acknowledged} files", [.. tally.Lost, .. verdict.Lost]);
        checks.Check("Nothing deleted comes back", $"{log.Count(entry => entry.Known == Known.Deleted)} deletes", [.. verdict.Resurrected, .. undeleted]);
        checks.Check("No wrong bytes, ever", $"{tally.Requests} requests", [.. tally.WrongBytes, .. verdict.WrongBytes]);
        checks.Check("Every answer is one that may be", $"{tally.Requests} requests", tally.Odd);
        checks.Check("When it is over, every machine answers for every file, and alike", $"{log.Count * Machines} reads", [.. unavailable, .. verdict.Apart]);
        checks.Check("All copies are full again by themselves", string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0} s + {again.TotalSeconds:0} s"), [.. notFull, .. stillNotFull]);
    }

    private void Note(string? whyNot, string what)
    {
        if (whyNot is not null)
        {
            checks.Skip(what, whyNot);
        }
    }

    private static void Row(string what, double count) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          | {what} | {count:0.#} |"));
}
