using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>What a read leaves to the garbage collector, which is the same on every machine: lists, closures and records encoded anew for each read show here, once they are some.</summary>
public sealed class ReadAllocationTests
{
    private const int Reads = 200;

    // 15 % above what it is: 2600 and 3736 in debug builds, 1024 and 2160 in release builds. A file of its own is opened for each read.
#if DEBUG
    private const int PackedBound = 3000;
    private const int FileBound = 4300;
#else
    private const int PackedBound = 1180;
    private const int FileBound = 2480;
#endif

    [Test]
    public async Task Small_file_that_is_here_is_read_with_little_garbage([Values(1, 3)] int machines, [Values] bool isPacked)
    {
        var packing = isPacked ? PackingSettings.Default : PackingSettings.Off;
        await using var cluster = await LightDfsTestCluster.StartAsync(
            machines, options => options.MakeStore = _ => new FileReplicaStore(new SimulatedDisk(), "/data", 0, null, NullLogger.Instance, packing));
        var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(4096));
        var buffer = new byte[4096];
        // What is made once is made now.
        await ReadAsync();
        var thread = Environment.CurrentManagedThreadId;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var read = 0; read < Reads; read++)
        {
            await ReadAsync();
        }
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Reads;

        Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(thread), "the answer was not at hand");
        Assert.That(each, Is.LessThan(isPacked ? PackedBound : FileBound));

        async Task ReadAsync()
        {
            await using var opened = await cluster[0].Files.OpenAsync(stored.Id);
            await opened!.Content.ReadExactlyAsync(buffer);
        }
    }
}
