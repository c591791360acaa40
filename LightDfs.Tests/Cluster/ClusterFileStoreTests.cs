using System.Security.Cryptography;
using NUnit.Framework;
using LightDfs.Testing.Clusters;

namespace LightDfs.Tests.Cluster;

public sealed class ClusterFileStoreTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(65_537)]
    [TestCase(8 * 1024 * 1024)]
    public async Task Stored_file_is_read_back_exactly_from_every_machine(int length)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var content = RandomNumberGenerator.GetBytes(length);

        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(content), new StoreOptions { FileName = "a.bin", ContentType = "application/x-a" });

        foreach (var machine in cluster.Machines)
        {
            await using var opened = await machine.Files.OpenAsync(stored.Id);
            var read = new MemoryStream();
            await opened!.Content.CopyToAsync(read);
            Assert.That(read.ToArray().AsSpan().SequenceEqual(content));
            Assert.That(opened.Info with { Copies = stored.Copies }, Is.EqualTo(stored));
        }
    }
}
