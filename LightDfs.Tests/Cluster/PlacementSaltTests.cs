using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class PlacementSaltTests
{
    private static readonly LookupOptions Salted = new() { PlacementSalt = 7 };

    [Test]
    public async Task Salted_copy_is_independent_of_the_one_without()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var plain = await cluster[0].StoreAsync([1, 2, 3]);

        var copy = await cluster[0].StoreAsync([1, 2, 3], new StoreOptions { Id = plain.Id, PlacementSalt = 7 });
        var deleted = await cluster[1].Files.DeleteAsync(plain.Id);

        Assert.That(copy.Id, Is.EqualTo(plain.Id));
        Assert.That(deleted, Is.True);
        Assert.That(await cluster[2].ReadAsync(plain.Id), Is.Null);
        Assert.That(await cluster[2].ReadAsync(plain.Id, Salted), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(await cluster[2].ReadAsync(plain.Id, new LookupOptions { PlacementSalt = 8 }), Is.Null);
    }

    [Test]
    public async Task List_shows_the_derived_id_which_opens_without_salt()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].StoreAsync([1, 2, 3], new StoreOptions { PlacementSalt = 7 });

        var listed = (await cluster[1].ListAsync()).Single();

        Assert.That(listed.Id, Is.Not.EqualTo(stored.Id));
        Assert.That(listed.Created, Is.EqualTo(stored.Created));
        Assert.That(await cluster[2].ReadAsync(listed.Id), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That((await cluster[2].Files.FindAsync(stored.Id, Salted))!.Id, Is.EqualTo(stored.Id));
        Assert.That(await cluster[2].Files.FindAsync(stored.Id), Is.Null);
    }

    [Test]
    public async Task Drawn_id_has_fit_owners_where_the_salt_puts_it()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(5);
        cluster[4].TakeDown(cluster);
        await cluster[0].MeetPeersAsync();

        for (var file = 0; file < 20; file++)
        {
            var stored = await cluster[0].StoreAsync(ClusterSteps.Bytes(10, file), new StoreOptions { PlacementSalt = 7 });
            Assert.That(cluster.PreferenceOf(stored.Id.WithSalt(7)).Take(3), Does.Not.Contain(cluster[4]));
        }
    }
}
