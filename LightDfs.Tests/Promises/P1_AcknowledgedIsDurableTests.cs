using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>
/// P1: when a store returns, content and record are flushed to disk on the write quorum of distinct machines: where nothing is packed, and where it is by default. (What one disk does at each of its
/// calls: CrashTests.)
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class P1_AcknowledgedIsDurableTests(bool isPacked)
{
    private const int Seeds = 8;
    private static readonly byte[][] Contents = [ClusterSteps.Bytes(0), ClusterSteps.Bytes(10), ClusterSteps.Bytes(70_000), ClusterSteps.Bytes(300_000)];

    private PackingSettings Packing => isPacked ? PackingSettings.Default : PackingSettings.Off;

    [Test]
    public async Task Every_acknowledged_file_is_there_after_the_power_failed_on_all_machines() => Assert.That(await LostAsync(_ => { }), Is.Empty);

    [Test]
    public async Task Planted_missing_file_flush_is_found() => Assert.That(await LostAsync(disk => disk.SkipFileFlushes = true), Is.Not.Empty);

    [Test]
    public async Task Planted_missing_directory_flush_is_found() => Assert.That(await LostAsync(disk => disk.SkipDirectoryFlushes = true), Is.Not.Empty);

    [Test]
    public async Task Quorum_is_of_distinct_machines_each_of_which_has_the_file_alone()
    {
        await using var power = await PoweredCluster.StartAsync(Packing);
        power.Cluster[2].TakeDown(power.Cluster);
        var stored = await power.Cluster[0].StoreAsync(Contents[2]);

        await power.FailAsync(seed: 1);
        await power.Cluster.SettleAsync();

        Assert.That(stored.Copies, Is.EqualTo(2));
        foreach (var (alone, other) in new[] { (0, 1), (1, 0) })
        {
            power.Cluster[other].TakeDown(power.Cluster);
            Assert.That(await power.Cluster[alone].ReadAsync(stored.Id), Is.EqualTo(Contents[2]));
            power.Cluster.Network.BringUp(power.Cluster[other].Address);
            await power.Cluster.SettleAsync();
        }
    }

    /// <summary>What is lost of the files that were acknowledged, over several ways in which a disk may lose what was not flushed.</summary>
    private async Task<List<string>> LostAsync(Action<SimulatedDisk> plant)
    {
        var lost = new List<string>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            await using var power = await PoweredCluster.StartAsync(Packing);
            power.Disks.ForEach(plant);
            var stored = new List<StoredFile>();
            foreach (var content in Contents)
            {
                stored.Add(await power.Cluster[stored.Count % 3].StoreAsync(content));
            }

            await power.FailAsync(seed);
            await power.Cluster.SettleAsync();

            for (var file = 0; file < stored.Count; file++)
            {
                try
                {
                    if (await power.Cluster[(file + seed) % 3].ReadAsync(stored[file].Id) is not { } read || !read.AsSpan().SequenceEqual(Contents[file]))
                    {
                        lost.Add($"seed {seed}: file {file} of {Contents[file].Length} bytes");
                    }
                }
                catch (FileUnavailableException cause)
                {
                    lost.Add($"seed {seed}: {cause.Message}");
                }
            }
        }
        return lost;
    }

    /// <summary>Three machines on simulated disks, whose power fails at one moment.</summary>
    private sealed class PoweredCluster : IAsyncDisposable
    {
        private PoweredCluster(PackingSettings packing) => Cluster = LightDfsTestCluster.Create(3, options => options.MakeStore = index => new FileReplicaStore(Disks[index], "/data", 0, null, NullLogger.Instance, packing));

        public List<SimulatedDisk> Disks { get; } = [new(), new(), new()];

        public LightDfsTestCluster Cluster { get; }

        public static async Task<PoweredCluster> StartAsync(PackingSettings packing)
        {
            var power = new PoweredCluster(packing);
            await power.StartMachinesAsync();
            await power.Cluster.SettleAsync();
            return power;
        }

        public async Task FailAsync(int seed)
        {
            for (var index = 0; index < Disks.Count; index++)
            {
                Disks[index] = Disks[index].AfterCrash((seed * 3) + index);
                await Cluster[index].StopAsync();
            }
            Cluster.Network.MendAll();
            await StartMachinesAsync();
        }

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();

        private async Task StartMachinesAsync()
        {
            foreach (var machine in Cluster.Machines)
            {
                await machine.StartAsync();
            }
        }
    }
}
