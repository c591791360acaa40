using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Network;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Time.Testing;

namespace LightDfs.Tests.Cluster;

/// <summary>What tests of the cluster do again and again.</summary>
internal static class ClusterSteps
{
    /// <summary>No test waits this long unless something hangs.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    public static byte[] Bytes(int length, int seed = 1) => TestReplica.Of(length, seed).Content;

    public static Task<StoredFile> StoreAsync(this TestMachine machine, byte[] content, StoreOptions? options = null) =>
        machine.Files.StoreAsync(new MemoryStream(content), options).WaitAsync(Guard);

    /// <summary>Stores so many different files of 1000 bytes.</summary>
    public static async Task<List<FileId>> StoreManyAsync(this TestMachine machine, int count)
    {
        var stored = new List<FileId>();
        for (var seed = 0; seed < count; seed++)
        {
            stored.Add((await machine.StoreAsync(Bytes(1000, seed))).Id);
        }
        return stored;
    }

    /// <summary>The whole content; <see langword="null"/> for proven absence.</summary>
    public static async Task<byte[]?> ReadAsync(this TestMachine machine, FileId id, LookupOptions? options = null)
    {
        await using var opened = await machine.Files.OpenAsync(id, options).WaitAsync(Guard);
        return opened is null ? null : await opened.Content.ToEndAsync();
    }

    public static async Task<byte[]> ToEndAsync(this Stream content)
    {
        var read = new MemoryStream();
        await content.CopyToAsync(read).WaitAsync(Guard);
        return read.ToArray();
    }

    public static async Task<List<StoredFile>> ListAsync(this TestMachine machine, ListOptions? options = null)
    {
        var files = new List<StoredFile>();
        await foreach (var file in machine.Files.ListAsync(options))
        {
            files.Add(file);
        }
        return files;
    }

    /// <summary>The machines in the order in which the ring prefers them for a file, its owners first.</summary>
    public static List<TestMachine> PreferenceOf(this LightDfsTestCluster cluster, FileId id) =>
        [.. cluster.Machines.First(machine => machine.IsRunning).Running.Membership.View.PreferenceOf(id).Select(cluster.Machine)];

    /// <summary>The machines that really have a good replica.</summary>
    public static List<TestMachine> HoldersOf(this LightDfsTestCluster cluster, FileId id) => [.. cluster.Machines.Where(machine => machine.StateOf(id) == ReplicaState.Present)];

    public static ReplicaState? StateOf(this TestMachine machine, FileId id) => machine.IsRunning ? machine.Store.Find(id)?.State : null;

    /// <summary>Puts a replica on one machine behind the cluster's back.</summary>
    public static async Task PlantAsync(this TestMachine machine, FileId id, TestReplica replica)
    {
        await using var writer = await machine.Store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    /// <summary>Puts a replica on each of some machines behind the cluster's back.</summary>
    public static async Task PlantAsync(this IEnumerable<TestMachine> machines, FileId id, TestReplica replica)
    {
        foreach (var machine in machines)
        {
            await machine.PlantAsync(id, replica);
        }
    }

    /// <summary>Lets the time of machines that run in the background pass, step by step, until something happened.</summary>
    public static async Task PassUntilAsync(this FakeTimeProvider time, TimeSpan step, Task happened)
    {
        // The loops set their timers on other threads, so one step of the clock may come before them.
        for (var steps = 0; steps < 100_000 && !happened.IsCompleted; steps++)
        {
            time.Advance(step);
            await Task.Yield();
        }
        await happened.WaitAsync(Guard);
    }

    public static void TakeDown(this TestMachine machine, LightDfsTestCluster cluster) => cluster.Network.TakeDown(machine.Address);

    /// <summary>What a machine that ran is made of, to start it in another way.</summary>
    public static LightDfsMachineParts PartsOf(this LightDfsTestCluster cluster, TestMachine machine) =>
        cluster.Machines.First(other => other.IsRunning).Running.Parts with { Store = machine.Store, Identity = machine.Identity, Transport = cluster.Network.CreateTransport(machine.Address) };

    public static Operation Asks(this InMemoryExchange exchange) => (Operation)exchange.Request.Head.Span[1];

    /// <summary>Requests sent to all machines of the cluster so far.</summary>
    public static long Requests(this LightDfsTestCluster cluster) => cluster.Machines.Sum(machine => cluster.Network.RequestsTo(machine.Address));

    private static TestMachine Machine(this LightDfsTestCluster cluster, MachineId id) => cluster.Machines.First(machine => machine.IsRunning && machine.Id == id);
}
