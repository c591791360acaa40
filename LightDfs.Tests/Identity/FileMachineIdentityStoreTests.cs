using LightDfs.Identity;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Identity;

public sealed class FileMachineIdentityStoreTests
{
    private const string Root = "/data/dfs";
    private static readonly MachineId Id = new(0xABCDEF);

    [Test]
    public async Task Power_failure_after_any_call_neither_loses_nor_tears_what_was_answered()
    {
        for (var calls = 0; calls < 60; calls++)
        {
            for (var seed = 0; seed < 8; seed++)
            {
                var (id, starts, disk) = await RunAsync(new SimulatedDisk { PowerFailsAfter = calls });
                await AssertKeptAsync(disk.AfterCrash((calls * 8) + seed), id, starts);
            }
        }
    }

    [Test]
    public async Task Power_failure_after_a_kill_loses_nothing_that_the_next_run_answered()
    {
        for (var calls = 0; calls < 60; calls++)
        {
            for (var seed = 0; seed < 8; seed++)
            {
                var (_, _, killed) = await RunAsync(new SimulatedDisk { PowerFailsAfter = calls });
                var second = killed.AfterKill();
                var answered = await new FileMachineIdentityStore(second, Root).LoadAsync();
                await AssertKeptAsync(second.AfterCrash((calls * 8) + seed), answered, 0);
            }
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Planted_missing_flush_is_found(bool ofFiles)
    {
        var found = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var (id, starts, disk) = await RunAsync(new SimulatedDisk { SkipFileFlushes = ofFiles, SkipDirectoryFlushes = !ofFiles });
            try
            {
                var store = new FileMachineIdentityStore(disk.AfterCrash(seed), Root);
                found += await store.LoadAsync() == id && await store.NextStartAsync() > starts ? 0 : 1;
            }
            catch (MachineIdentityException)
            {
                found++;
            }
        }
        Assert.That(found, Is.GreaterThan(5));
    }

    [TestCase("machine-id")]
    [TestCase("starts")]
    public async Task Damaged_file_at_any_byte_is_an_error_that_names_it(string file)
    {
        var (_, _, disk) = await RunAsync(new SimulatedDisk());
        var path = $"{Root}/{file}";
        for (var offset = 0; offset < disk.LengthOf(path); offset++)
        {
            disk.Flip(path, offset);
            var store = new FileMachineIdentityStore(disk, Root);
            var thrown = await Assert.ThrowsAsync<MachineIdentityException>(async () => _ = file == "starts" ? await store.NextStartAsync() : (await store.LoadAsync())!.Value.Value.GetHashCode());
            Assert.That(thrown!.Message, Does.Contain(file).And.Contain("backup"));
            disk.Flip(path, offset);
        }
        Assert.That(await new FileMachineIdentityStore(disk, Root).LoadAsync(), Is.EqualTo(Id));
    }

    [TestCase("machine-id")]
    [TestCase("starts")]
    public async Task Cut_file_is_an_error(string file)
    {
        var (_, _, disk) = await RunAsync(new SimulatedDisk());
        disk.Truncate($"{Root}/{file}", 0);
        var store = new FileMachineIdentityStore(disk, Root);

        await Assert.ThrowsAsync<MachineIdentityException>(async () => _ = file == "starts" ? await store.NextStartAsync() : (await store.LoadAsync())!.Value.Value.GetHashCode());
    }

    [Test]
    public async Task Damaged_id_is_never_replaced_by_a_proposal()
    {
        var (_, _, disk) = await RunAsync(new SimulatedDisk());
        disk.Flip($"{Root}/machine-id", 30);

        await Assert.ThrowsAsync<MachineIdentityException>(async () => await new FileMachineIdentityStore(disk, Root).KeepAsync(new MachineId(5)));
    }

    [Test]
    public async Task Start_counter_missing_beside_an_id_is_an_error()
    {
        var (_, _, disk) = await RunAsync(new SimulatedDisk());
        disk.Delete($"{Root}/starts");

        var thrown = await Assert.ThrowsAsync<MachineIdentityException>(async () => await new FileMachineIdentityStore(disk, Root).NextStartAsync());

        Assert.That(thrown!.Message, Does.Contain("missing"));
    }

    [TestCase(DiskCall.FlushFile)]
    [TestCase(DiskCall.FlushDirectory)]
    public async Task Failed_flush_ends_all_answers_until_a_restart(object flush)
    {
        var disk = new SimulatedDisk();
        var store = new FileMachineIdentityStore(disk, Root);
        await store.NextStartAsync();
        disk.Fail((DiskCall)flush, StorageFailure.Failing);

        await Assert.ThrowsAsync<MachineIdentityException>(async () => await store.KeepAsync(Id));
        await Assert.ThrowsAsync<MachineIdentityException>(async () => await store.KeepAsync(Id));
        await Assert.ThrowsAsync<MachineIdentityException>(async () => await store.LoadAsync());
    }

    [Test]
    public async Task Full_disk_keeps_nothing_and_says_so()
    {
        var disk = new SimulatedDisk();
        var store = new FileMachineIdentityStore(disk, Root);
        await store.NextStartAsync();
        disk.Fail(DiskCall.Append, StorageFailure.Full, after: 0);

        await Assert.ThrowsAsync<MachineIdentityException>(async () => await store.KeepAsync(Id));

        Assert.That(await store.LoadAsync(), Is.Null);
        Assert.That(await store.KeepAsync(Id), Is.EqualTo(Id));
    }

    private static async Task<(MachineId? Id, long Starts, SimulatedDisk Disk)> RunAsync(SimulatedDisk disk)
    {
        MachineId? id = null;
        long starts = 0;
        try
        {
            var store = new FileMachineIdentityStore(disk, Root);
            starts = await store.NextStartAsync();
            id = await store.KeepAsync(Id);
            starts = await store.NextStartAsync();
        }
        catch (MachineIdentityException)
        {
            // The power failed.
        }
        return (id, starts, disk);
    }

    private static async Task AssertKeptAsync(SimulatedDisk left, MachineId? id, long starts)
    {
        var store = new FileMachineIdentityStore(left, Root);
        var found = await store.LoadAsync();
        Assert.That(found, id is null ? Is.Null.Or.EqualTo(Id) : Is.EqualTo(id));
        Assert.That(await store.NextStartAsync(), Is.GreaterThan(starts));
    }
}
