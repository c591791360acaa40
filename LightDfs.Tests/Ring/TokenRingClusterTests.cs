using LightDfs.Ring;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

/// <summary>A cluster that places its files by the ring of tokens is a file store like any other.</summary>
[TestFixture(1)]
[TestFixture(TokenHashRing.DefaultTokensPerMachine)]
public sealed class TokenRingClusterTests(int tokens)
{
    private LightDfsTestCluster _cluster = null!;

    [SetUp]
    public async Task StartAsync()
    {
        // Time stands still, so that no owner is ever left out for being slow.
        var time = new FakeTimeProvider();
        _cluster = await LightDfsTestCluster.StartAsync(5, options => (options.Ring, options.Time) = (_ => new TokenHashRing(tokens), _ => time));
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Files_are_kept_by_the_owners_the_ring_names_and_read_from_every_machine()
    {
        var ring = new TokenHashRing(tokens).WithMembers(_cluster.Machines.Select(machine => new RingMember(machine.Id, 1, "")), 3);
        for (var round = 0; round < 10; round++)
        {
            var content = ClusterSteps.Bytes(100_000, round + 1);

            var stored = await _cluster[round % 5].StoreAsync(content);

            var owners = ring.OwnersOf(Partitions.Of(stored.Id)).ToArray().Select(owner => ring.Members[owner].Id);
            Assert.That(_cluster.HoldersOf(stored.Id).Select(machine => machine.Id), Is.EquivalentTo(owners));
            foreach (var machine in _cluster.Machines)
            {
                Assert.That(await machine.ReadAsync(stored.Id), Is.EqualTo(content));
            }
        }
    }

    [Test]
    public async Task Files_outlive_a_machine_and_new_ones_avoid_it()
    {
        var before = await StoreAsync(0);
        await _cluster[4].StopAsync();
        await _cluster.SettleAsync();

        var after = await StoreAsync(1);

        Assert.That((await _cluster[2].Files.FindAsync(before))?.Id, Is.EqualTo(before));
        Assert.That(_cluster.HoldersOf(after), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Deleted_file_is_gone_on_every_machine()
    {
        var id = await StoreAsync(0);

        Assert.That(await _cluster[3].Files.DeleteAsync(id));

        foreach (var machine in _cluster.Machines)
        {
            Assert.That(await machine.Files.FindAsync(id), Is.Null);
        }
    }

    private async Task<FileId> StoreAsync(int machine) => (await _cluster[machine].StoreAsync([1, 2, 3])).Id;
}
