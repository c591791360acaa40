using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Storage.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

/// <summary>A flush is what a put costs: there is one for a replica, and none for what is not promised.</summary>
public sealed class FlushCountTests
{
    private const int PackedBelow = 5000;

    [TestCase(100, Description = "In a volume")]
    [TestCase(3 * PackedBelow, Description = "In a file of its own")]
    public async Task Put_flushes_one_file_once(int length)
    {
        var disk = new GatedDisk(new SimulatedDisk());
        disk.Open();
        await using var store = new FileReplicaStore(disk, "/data/dfs", 0, null, NullLogger.Instance, new PackingSettings(PackedBelow, 1_000_000));
        await store.OpenAsync();
        for (var number = 0; number < 3; number++)
        {
            var before = disk.Flushes;
            var replica = TestReplica.Of(length, number);
            await using (var writer = await store.BeginAsync(TestReplica.Id(number), replica.Record))
            {
                foreach (var part in replica.Content.Chunk(40))
                {
                    await writer.AppendAsync(part);
                }
                Assert.That(disk.Flushes - before, Is.Zero, "nothing is promised yet");
                await writer.CommitAsync();
            }
            Assert.That(disk.Flushes - before, Is.EqualTo(1));
        }
    }
}
