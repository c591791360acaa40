using LightDfs.Identity;
using LightDfs.Storage;
using LightDfs.Testing.Identity;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Identity;

public sealed class KeptIdentityTests
{
    private const string Root = "/data/dfs";
    private static readonly MachineId One = new(1);
    private static readonly MachineId Other = new(2);
    private InMemoryReplicaStore _store = null!;
    private InMemoryMachineIdentityStore _identities = null!;

    [SetUp]
    public async Task OpenStores()
    {
        _store = new InMemoryReplicaStore();
        _identities = new InMemoryMachineIdentityStore();
        await _store.OpenAsync();
    }

    [TearDown]
    public async Task DisposeStore() => await _store.DisposeAsync();

    [Test]
    public async Task Blank_machine_has_no_id_and_counts_its_first_start()
    {
        var identity = await OpenAsync();

        Assert.That((identity.Id, identity.ClusterId, identity.StartCounter), Is.EqualTo(((MachineId?)null, (UInt128?)null, 1L)));
    }

    [Test]
    public async Task Kept_identity_is_there_after_a_restart()
    {
        var identity = await OpenAsync();
        await identity.SetClusterAsync(77, default);
        Assert.That(await identity.KeepAsync(One, default), Is.EqualTo(One));
        Assert.That(await identity.KeepAsync(Other, default), Is.EqualTo(One));

        var again = await OpenAsync();

        Assert.That((again.Id, again.ClusterId, again.StartCounter), Is.EqualTo(((MachineId?)One, (UInt128?)77, 2L)));
        Assert.That(await again.KeepAsync(Other, default), Is.EqualTo(One));
    }

    [Test]
    public async Task Concurrent_proposals_agree_on_one()
    {
        var identity = await OpenAsync();

        var kept = await Task.WhenAll(Enumerable.Range(1, 20).Select(number => Task.Run(async () => await identity.KeepAsync(new MachineId((UInt128)number), default))));

        Assert.That(kept.Distinct().Count(), Is.EqualTo(1));
        Assert.That(identity.Id, Is.EqualTo(kept[0]));
    }

    [Test]
    public async Task Id_without_marker_stops_the_start()
    {
        await _identities.KeepAsync(One);

        Assert.That((await OpenFailsAsync()).Message, Does.Contain(One.ToString()).And.Contain("no marker").And.Contain("Mount"));
    }

    [Test]
    public async Task Settled_marker_without_id_stops_the_start()
    {
        await new DataDirectoryMarker(One, null, true).SaveAsync(_store, default);

        Assert.That((await OpenFailsAsync()).Message, Does.Contain(One.ToString()).And.Contain("no machine id").And.Contain("backup"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Id_and_marker_of_two_machines_stop_the_start(bool settled)
    {
        await _identities.KeepAsync(One);
        await new DataDirectoryMarker(Other, null, settled).SaveAsync(_store, default);

        Assert.That((await OpenFailsAsync()).Message, Does.Contain(One.ToString()).And.Contain(Other.ToString()));
    }

    [Test]
    public async Task Unsettled_marker_without_id_is_a_blank_machine_that_knows_its_cluster()
    {
        await new DataDirectoryMarker(One, 77, false).SaveAsync(_store, default);

        var identity = await OpenAsync();

        Assert.That((identity.Id, identity.ClusterId), Is.EqualTo(((MachineId?)null, (UInt128?)77)));
        Assert.That(await identity.KeepAsync(Other, default), Is.EqualTo(Other));
        Assert.That((await OpenAsync()).Id, Is.EqualTo(Other));
    }

    [Test]
    public async Task Unsettled_marker_with_the_same_id_is_settled()
    {
        await _identities.KeepAsync(One);
        await new DataDirectoryMarker(One, 77, false).SaveAsync(_store, default);

        Assert.That((await OpenAsync()).Id, Is.EqualTo(One));
        Assert.That(await DataDirectoryMarker.LoadAsync(_store, default), Is.EqualTo(new DataDirectoryMarker(One, 77, true)));
    }

    [Test]
    public async Task Everything_damaged_is_told_at_once()
    {
        await _store.SaveDocumentAsync(DataDirectoryMarker.DocumentName, new byte[] { 9 });
        _identities.Failure = "The id is damaged.";

        Assert.That((await OpenFailsAsync()).Message, Does.Contain("'marker'").And.Contain("The id is damaged."));
    }

    [Test]
    public async Task Everything_damaged_on_disk_is_told_with_its_paths()
    {
        var disk = new SimulatedDisk();
        await using (var store = await StoreOn(disk))
        {
            await (await KeptIdentity.OpenAsync(store, new FileMachineIdentityStore(disk, Root), default)).KeepAsync(One, default);
        }
        disk.Flip($"{Root}/documents/marker", 40);
        disk.Flip($"{Root}/machine-id", 25);
        disk.Flip($"{Root}/starts", 20);
        await using var again = await StoreOn(disk);

        var thrown = await Assert.ThrowsAsync<MachineIdentityException>(async () => await KeptIdentity.OpenAsync(again, new FileMachineIdentityStore(disk, Root), default));

        Assert.That(thrown!.Message, Does.Contain("marker").And.Contain("machine-id").And.Contain("starts"));
    }

    [Test]
    public async Task Keeping_again_after_the_marker_could_not_be_settled_takes_up_the_id_that_was_kept()
    {
        var disk = new SimulatedDisk();
        await using var store = await StoreOn(disk);
        var identities = new FileMachineIdentityStore(disk, Root);
        var identity = await KeptIdentity.OpenAsync(store, identities, default);
        disk.Fail(DiskCall.Append, StorageFailure.Full, after: 2);

        await Assert.ThrowsAsync<StorageException>(async () => await identity.KeepAsync(One, default));
        Assert.That(identity.Id, Is.Null);

        Assert.That(await identity.KeepAsync(Other, default), Is.EqualTo(One));
        Assert.That(await identities.LoadAsync(), Is.EqualTo(One));
    }

    [Test]
    public async Task Power_failure_after_any_call_leaves_the_id_that_was_told_or_a_blank_machine()
    {
        for (var calls = 0; calls < 130; calls++)
        {
            for (var seed = 0; seed < 4; seed++)
            {
                var disk = new SimulatedDisk { PowerFailsAfter = calls };
                MachineId? told = null;
                try
                {
                    await using var store = await StoreOn(disk);
                    var identity = await KeptIdentity.OpenAsync(store, new FileMachineIdentityStore(disk, Root), default);
                    told = await identity.KeepAsync(One, default);
                    await identity.SetClusterAsync(77, default);
                }
                catch (LightDfsException)
                {
                    // The power failed.
                }

                var left = disk.AfterCrash((calls * 4) + seed);
                await using var storeLeft = await StoreOn(left);
                var after = await KeptIdentity.OpenAsync(storeLeft, new FileMachineIdentityStore(left, Root), default);
                Assert.That(after.Id, told is null ? Is.Null.Or.EqualTo(One) : Is.EqualTo(told), $"after {calls}");
                Assert.That(await after.KeepAsync(Other, default), Is.EqualTo(after.Id));
            }
        }
    }

    [Test]
    public void Marker_mutated_anyhow_never_throws_and_decodes_only_to_what_encodes_alike()
    {
        var original = new DataDirectoryMarker(One, 77, true).Encode();
        var random = new Random(8);
        for (var number = 0; number < 100_000; number++)
        {
            var mutated = random.Next(8) == 0 ? original[..random.Next(original.Length)] : (byte[])original.Clone();
            if (mutated.Length > 0)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }
            if (DataDirectoryMarker.Decode(mutated) is { } marker && !marker.Encode().AsSpan().SequenceEqual(mutated))
            {
                Assert.Fail(Convert.ToHexString(mutated));
            }
        }
    }

    private static async Task<FileReplicaStore> StoreOn(SimulatedDisk disk)
    {
        var store = new FileReplicaStore(disk, Root, 0, null, NullLogger.Instance);
        await store.OpenAsync();
        return store;
    }

    private async Task<KeptIdentity> OpenAsync() => await KeptIdentity.OpenAsync(_store, _identities, default);

    private async Task<MachineIdentityException> OpenFailsAsync() => (await Assert.ThrowsAsync<MachineIdentityException>(OpenAsync))!;
}
