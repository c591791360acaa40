using LightDfs.Testing.Clusters;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class PlacementSaltTests
{
    private static readonly LookupOptions Salted = new() { PlacementSalt = 7 };
    private LightDfsTestCluster _cluster = null!;

    [SetUp]
    public async Task StartAsync()
    {
        // Time stands still, so that no owner is ever left out for being slow.
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        _cluster = await LightDfsTestCluster.StartAsync(5, options => options.Time = _ => time);
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task Salted_file_goes_by_the_callers_id_in_store_open_find_and_delete()
    {
        var stored = await StoreAsync([1, 2, 3], salt: 7);

        await using (var opened = await _cluster[1].Files.OpenAsync(stored.Id, Salted))
        {
            Assert.That(opened!.Info.Id, Is.EqualTo(stored.Id));
        }
        Assert.That((await _cluster[2].Files.FindAsync(stored.Id, Salted))!.Id, Is.EqualTo(stored.Id));
        Assert.That(await _cluster[3].Files.DeleteAsync(stored.Id, Salted));
        Assert.That(await _cluster[4].Files.FindAsync(stored.Id, Salted), Is.Null);
    }

    [TestCase(0ul)]
    [TestCase(7ul)]
    [TestCase(ulong.MaxValue)]
    public async Task Salted_file_is_kept_under_the_derived_id_alone_by_that_ids_owners(ulong salt)
    {
        var stored = await StoreAsync([1, 2, 3], salt);

        var derived = stored.Id.WithSalt(salt);
        Assert.That(_cluster.HoldersOf(stored.Id), Is.Empty);
        Assert.That(_cluster.HoldersOf(derived), Is.EquivalentTo(OwnersOf(derived)));
        Assert.That(await _cluster[0].Files.FindAsync(stored.Id), Is.Null, "without the salt");
        Assert.That(await _cluster[0].Files.FindAsync(stored.Id, new LookupOptions { PlacementSalt = unchecked(salt + 1) }), Is.Null, "with another salt");
    }

    [Test]
    public async Task File_without_a_salt_is_kept_under_its_own_id()
    {
        var stored = await StoreAsync([1, 2, 3], salt: null);

        Assert.That(_cluster.HoldersOf(stored.Id), Is.EquivalentTo(OwnersOf(stored.Id)));
    }

    [Test]
    public async Task Copies_under_several_salts_live_and_die_apart()
    {
        var id = FileId.New(_cluster.Options.Time(0));
        await StoreAsync([0], null, id);
        await StoreAsync([1], 1, id);
        await StoreAsync([2], 2, id);

        await _cluster[0].Files.DeleteAsync(id, new LookupOptions { PlacementSalt = 1 });

        Assert.That(await ReadAsync(id, null), Is.EqualTo(new byte[] { 0 }));
        Assert.That(await ReadAsync(id, 1), Is.Null);
        Assert.That(await ReadAsync(id, 2), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task Listing_shows_the_derived_id_which_opens_without_a_salt()
    {
        var stored = await StoreAsync([1, 2, 3], salt: 7);

        var listed = (await _cluster[1].ListAsync()).Single();

        Assert.That(listed.Id, Is.EqualTo(stored.Id.WithSalt(7)));
        Assert.That(listed.Created, Is.EqualTo(stored.Created));
        Assert.That(await ReadAsync(listed.Id, null), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Drawing_looks_at_the_owners_of_the_derived_id()
    {
        _cluster[4].TakeDown(_cluster);
        await _cluster[0].MeetPeersAsync();

        for (var round = 0; round < 20; round++)
        {
            var stored = await StoreAsync([1, 2, 3], salt: 7);
            Assert.That(OwnersOf(stored.Id.WithSalt(7)), Has.None.EqualTo(_cluster[4]));
        }
    }

    [Test]
    public async Task Storing_again_under_the_same_id_and_salt_is_harmless_and_another_content_conflicts()
    {
        var id = FileId.New(_cluster.Options.Time(0));
        var first = await StoreAsync([1, 2, 3], 7, id);

        Assert.That(await StoreAsync([1, 2, 3], 7, id), Is.EqualTo(first));
        Assert.That((await Assert.ThrowsAsync<FileConflictException>(() => StoreAsync([4], 7, id)))!.File, Is.EqualTo(id));
    }

    [Test]
    public async Task Failures_name_the_callers_id()
    {
        var id = FileId.New(_cluster.Options.Time(0));
        await _cluster[0].Files.DeleteAsync(id, Salted);
        var deleted = await Assert.ThrowsAsync<FileDeletedException>(() => StoreAsync([1], 7, id));
        var spoilt = (await StoreAsync([1, 2, 3], 7)).Id;
        foreach (var machine in _cluster.HoldersOf(spoilt.WithSalt(7)))
        {
            machine.Store.FlipByte(spoilt.WithSalt(7), 0);
        }
        var damaged = await Assert.ThrowsAsync<FileUnavailableException>(() => _cluster[0].Files.OpenAsync(spoilt, Salted));
        foreach (var machine in _cluster.Machines.Skip(1))
        {
            await machine.StopAsync();
        }
        var other = FileId.New(_cluster.Options.Time(0));

        var unavailable = await Assert.ThrowsAsync<FileUnavailableException>(() => _cluster[0].Files.FindAsync(other, Salted));
        var insufficient = await Assert.ThrowsAsync<InsufficientReplicasException>(() => StoreAsync([1], 7, other));

        Assert.That((deleted!.File, damaged!.File, unavailable!.File, insufficient!.File), Is.EqualTo((id, spoilt, other, other)));
    }

    private Task<StoredFile> StoreAsync(byte[] content, ulong? salt, FileId? id = null) => _cluster[0].StoreAsync(content, new StoreOptions { PlacementSalt = salt, Id = id });

    private Task<byte[]?> ReadAsync(FileId id, ulong? salt) => _cluster[1].ReadAsync(id, new LookupOptions { PlacementSalt = salt });

    private IEnumerable<TestMachine> OwnersOf(FileId id) => _cluster.PreferenceOf(id).Take(3);
}
