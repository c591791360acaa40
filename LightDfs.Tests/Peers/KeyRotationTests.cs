using LightDfs.Diagnostics;
using LightDfs.Files;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Diagnostics;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>The cluster key is exchanged on a running cluster, machine by machine: the new one as the second everywhere, swapped everywhere, the old one dropped.</summary>
public sealed class KeyRotationTests
{
    internal const string Old = "the old secret, soon to be dropped";
    internal const string New = "the new secret, here to stay";

    /// <summary>(key, previous key) of each machine, step by step.</summary>
    internal static readonly (string Key, string? Previous)[] Steps = [(Old, New), (New, Old), (New, null)];

    [Test]
    public async Task Keys_are_exchanged_without_a_refused_request()
    {
        var logs = new RecordedLogs();
        await using var cluster = await StartAsync(logs);
        var files = new Dictionary<FileId, byte[]>();
        await StoreAndReadEverywhereAsync(cluster, files);

        foreach (var (key, previous) in Steps)
        {
            foreach (var machine in cluster.Machines)
            {
                await RestartAsync(cluster, machine, key, previous, () => StoreAndReadEverywhereAsync(cluster, files));
                await StoreAndReadEverywhereAsync(cluster, files);
            }
        }

        Assert.That(files, Has.Count.EqualTo(48));
        Assert.That(logs.Of(LogEvents.RequestRefused), Is.Empty);
        Assert.That(cluster.Machines.SelectMany(machine => machine.Cluster.Status.Machines).Select(machine => machine.State), Is.All.EqualTo(MachineState.Up));
    }

    [Test]
    public async Task Key_that_is_dropped_everywhere_is_refused()
    {
        var logs = new RecordedLogs();
        await using var cluster = await StartAsync(logs);
        foreach (var (key, previous) in Steps)
        {
            foreach (var machine in cluster.Machines)
            {
                await RestartAsync(cluster, machine, key, previous, () => Task.CompletedTask);
            }
        }

        await RestartAsync(cluster, cluster[0], Old, null, () => Task.CompletedTask);

        Assert.That(logs.Of(LogEvents.RequestRefused), Is.Not.Empty.And.All.Contains("LightDfs:ClusterKey"));
        await Assert.ThrowsAsync<InsufficientReplicasException>(async () => await cluster[0].Files.StoreAsync(new MemoryStream([1])));
    }

    /// <summary>The mistake to make: swapping before every machine has the new key. It costs nothing but that machine's part, says what is wrong, and can be taken back.</summary>
    [Test]
    public async Task Machine_that_is_swapped_too_early_is_refused_with_a_sentence_and_comes_back_when_that_is_undone()
    {
        var logs = new RecordedLogs();
        await using var cluster = await StartAsync(logs);

        await RestartAsync(cluster, cluster[0], New, Old, () => Task.CompletedTask);

        var seen = cluster[0].Cluster.Status.Machines.Where(machine => !machine.IsSelf).ToList();
        Assert.That(seen.Select(machine => machine.State), Is.All.EqualTo(MachineState.Down));
        Assert.That(seen.Select(machine => machine.Why), Is.All.Contains("it refused this machine's proof").And.All.Contains("LightDfs:ClusterKey"));
        Assert.That((await cluster[1].Files.StoreAsync(new MemoryStream([1]))).Copies, Is.GreaterThanOrEqualTo(2));

        await RestartAsync(cluster, cluster[0], Old, New, () => Task.CompletedTask);

        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([1]))).Copies, Is.EqualTo(3));
    }

    private static Task<LightDfsTestCluster> StartAsync(RecordedLogs logs) => LightDfsTestCluster.StartAsync(3, options =>
    {
        options.IsLoopback = false;
        options.Loggers = logs;
        options.ConfigureMachine = (_, machine) => machine.ClusterKey = Old;
    });

    private static async Task RestartAsync(LightDfsTestCluster cluster, TestMachine machine, string key, string? previous, Func<Task> whileItIsDown)
    {
        await machine.StopAsync();
        await whileItIsDown();
        (machine.Options.ClusterKey, machine.Options.PreviousClusterKey) = (key, previous);
        await machine.StartAsync();
        await cluster.SettleAsync();
    }

    /// <summary>One file more through every machine that runs; then all files so far through every one of them.</summary>
    private static async Task StoreAndReadEverywhereAsync(LightDfsTestCluster cluster, Dictionary<FileId, byte[]> files)
    {
        var running = cluster.Machines.Where(machine => machine.IsRunning).ToList();
        foreach (var machine in running)
        {
            var content = Enumerable.Range(files.Count, 70_000).Select(i => (byte)i).ToArray();
            files.Add((await machine.Files.StoreAsync(new MemoryStream(content))).Id, content);
        }
        foreach (var machine in running)
        {
            foreach (var (id, content) in files)
            {
                await using var opened = await machine.Files.OpenAsync(id);
                var read = new MemoryStream();
                await opened!.Content.CopyToAsync(read);
                Assert.That(read.ToArray().AsSpan().SequenceEqual(content));
            }
        }
    }
}
