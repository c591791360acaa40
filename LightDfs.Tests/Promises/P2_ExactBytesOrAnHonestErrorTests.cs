using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P2: every page is verified as it is read; a bad or lost source is replaced in mid-stream; never a short or mixed stream that looks complete.</summary>
public sealed class P2_ExactBytesOrAnHonestErrorTests
{
    private const int Rounds = 60;

    [Test]
    public async Task Read_gives_exact_bytes_or_throws_whatever_rots_and_dies_on_the_way()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4, options => options.ConfigureMachine = (_, machine) => machine.SegmentSize = 256 * 1024);
        var random = new Random(17);
        var (whole, broken) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var content = ClusterSteps.Bytes(random.Next(1, 900_000), round);
            var stored = await cluster[round % 4].StoreAsync(content);
            await using var opened = await cluster[random.Next(4)].Files.OpenAsync(stored.Id);
            var read = new MemoryStream();
            try
            {
                while (await ReadSomeAsync(opened!.Content, random, read))
                {
                    Harm(cluster, random);
                }
                Assert.That(read.ToArray().AsSpan().SequenceEqual(content), $"round {round} looks complete, so it must be exact");
                whole++;
            }
            catch (FileUnavailableException)
            {
                Assert.That(content.AsSpan().StartsWith(read.ToArray()), $"round {round}: what came before the error must be exact");
                broken++;
            }
            cluster.Network.MendAll();
            await cluster.SettleAsync();
        }
        Assert.That((whole, broken), Is.EqualTo((Rounds - broken, Rounds - whole)));
        Assert.That(Math.Min(whole, broken), Is.GreaterThan(3), $"both must have happened: {whole} whole, {broken} broken");
    }

    [Test]
    public async Task Range_is_verified_too()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var content = ClusterSteps.Bytes(500_000);
        var stored = await cluster[0].StoreAsync(content);
        cluster[0].Store.FlipByte(stored.Id, 300_000);
        cluster[1].Store.FlipByte(stored.Id, 300_001);
        await using var opened = await cluster[0].Files.OpenAsync(stored.Id);
        var range = new byte[10];

        opened!.Content.Seek(299_995, SeekOrigin.Begin);
        await opened.Content.ReadExactlyAsync(range);

        Assert.That(range, Is.EqualTo(content[299_995..300_005]));
    }

    private static async Task<bool> ReadSomeAsync(Stream content, Random random, MemoryStream read)
    {
        var buffer = new byte[random.Next(1, 200_000)];
        var count = await content.ReadAsync(buffer).AsTask().WaitAsync(ClusterSteps.Guard);
        read.Write(buffer, 0, count);
        return count > 0;
    }

    private static void Harm(LightDfsTestCluster cluster, Random random)
    {
        var machine = cluster[random.Next(4)];
        if (random.Next(12) == 0)
        {
            machine.TakeDown(cluster);
        }
        else if (machine.Store.List(null, int.MaxValue).Where(stamp => stamp.Length > 0).ToList() is { Count: > 0 } held)
        {
            // The youngest replicas are those of the file that is being read.
            var replica = held[^random.Next(1, Math.Min(3, held.Count) + 1)];
            machine.Store.FlipByte(replica.Id, random.NextInt64(replica.Length));
        }
    }
}
