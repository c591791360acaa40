using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P3: "not found" only when every machine that could hold the file said no, or one said "deleted"; otherwise it is unavailable, and says who did not answer.</summary>
public sealed class P3_NotFoundIsProvenTests
{
    [Test]
    public async Task Unknown_id_is_absent_exactly_when_nobody_is_silent()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        for (var silence = 0; silence < 8; silence++)
        {
            var silent = await SilenceAsync(cluster, silence);
            if (silent.Count == 0)
            {
                Assert.That(await cluster[0].Files.OpenAsync(FileId.New()), Is.Null);
            }
            else
            {
                var unavailable = await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.OpenAsync(FileId.New()));
                Assert.That(unavailable.Unanswered.Select(one => one.Machine), Is.EquivalentTo(silent.Select(machine => (MachineId?)machine.Id)));
            }
        }
    }

    [Test]
    public async Task Stored_file_is_read_or_unavailable_and_never_not_found()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var contents = new Dictionary<FileId, byte[]>();
        for (var file = 0; file < 8; file++)
        {
            var content = ClusterSteps.Bytes(100, file);
            contents.Add((await cluster[file % 4].StoreAsync(content)).Id, content);
        }
        for (var silence = 0; silence < 8; silence++)
        {
            var silent = await SilenceAsync(cluster, silence);
            foreach (var (id, content) in contents)
            {
                if (cluster.HoldersOf(id).Except(silent).Any())
                {
                    Assert.That(await cluster[0].ReadAsync(id), Is.EqualTo(content));
                }
                else
                {
                    await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.OpenAsync(id));
                    await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.FindAsync(id));
                }
            }
        }
    }

    [Test]
    public async Task Address_that_never_answered_counts()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.OtherPeers.Add("memory://nobody"));

        var unavailable = await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.OpenAsync(FileId.New()));

        Assert.That(unavailable.Message, Does.Contain("memory://nobody"));
    }

    /// <summary>Of the machines but the first those whose bits are set go down, the others come back.</summary>
    private static async Task<List<TestMachine>> SilenceAsync(LightDfsTestCluster cluster, int silence)
    {
        cluster.Network.MendAll();
        await cluster.SettleAsync();
        var silent = cluster.Machines.Where(machine => machine.Index > 0 && (silence & (1 << (machine.Index - 1))) != 0).ToList();
        silent.ForEach(machine => machine.TakeDown(cluster));
        return silent;
    }
}
