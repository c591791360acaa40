using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Diagnostics;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>
/// Power fails while a batch of several entries is being written: the disk has any part of it, in any order. What was promised before is there; of the batch, which nobody was promised, each entry is
/// there whole or not at all.
/// </summary>
public sealed class TornBatchTests
{
    private const string Root = "/data/dfs";
    private const int Writers = 5;
    private static readonly PackingSettings Packing = new(5000, 1_000_000);

    [Test]
    public async Task Batch_that_ends_anywhere_leaves_its_whole_entries_and_nothing_else()
    {
        var (disk, path, ends) = await WrittenAsync();
        for (var length = disk.LengthOf(path); length >= ends[0]; length--)
        {
            var torn = disk.Copy();
            torn.Truncate(path, length);
            var (found, log) = await FoundAsync(torn);

            Assert.That(found, Is.EqualTo(Enumerable.Range(0, Writers + 1).Where(number => ends[number] <= length)), $"cut at {length}");
            Assert.That(log, Is.Empty, $"cut at {length}");
        }
    }

    /// <summary>Sectors reach the disk in any order: one in the middle may be missing, and what is after it there.</summary>
    [Test]
    public async Task Part_of_a_batch_that_is_missing_takes_its_own_entry_with_it_and_no_other()
    {
        var (disk, path, ends) = await WrittenAsync();
        for (var offset = ends[0]; offset < disk.LengthOf(path); offset++)
        {
            var torn = disk.Copy();
            torn.Flip(path, offset);
            var (found, log) = await FoundAsync(torn);

            var hit = ends.FindIndex(end => offset < end);
            // The zeros up to the next multiple of eight say nothing.
            Assert.That(found, Is.EqualTo(Enumerable.Range(0, Writers + 1).Where(number => number != hit)).Or.EqualTo(Enumerable.Range(0, Writers + 1)), $"at {offset}");
            Assert.That(found.Contains(hit), Is.False.Or.EqualTo(offset >= ends[hit] - 7), $"at {offset}");
            Assert.That(log, Is.Empty, $"at {offset}");
        }
    }

    /// <summary>A volume with one entry that was promised, and a batch of several of which no flush returned; with the end of each entry.</summary>
    private static async Task<(SimulatedDisk Disk, string Path, List<long> Ends)> WrittenAsync()
    {
        var gate = new GatedDisk(new SimulatedDisk());
        await using var store = await OpenAsync(gate, new RecordedLogs());
        var (first, others) = await gate.HoldUpAsync(number => PutAsync(store, number), Writers);
        gate.Inner.Fail(DiskCall.FlushFile, StorageFailure.Failing, after: 1);
        gate.Open();
        await first;
        foreach (var other in others)
        {
            await Assert.ThrowsAsync<StorageException>(() => other);
        }
        await store.DisposeAsync();
        var disk = gate.Inner.Copy();
        foreach (var name in disk.PeekNames(Root + "/volumes").Where(name => name.EndsWith(ReplicaPaths.CheckpointSuffix, StringComparison.Ordinal)))
        {
            disk.Delete($"{Root}/volumes/{name}");
        }
        var entries = VolumeFiles.EntriesOn(disk, Root);
        Assert.That(entries.Select(entry => entry.Placed.Entry.Id), Is.EqualTo(Enumerable.Range(0, Writers + 1).Select(TestReplica.Id)), "one batch, in the order in which they came");
        return (disk, entries[0].Path, [.. entries.Select(entry => entry.Placed.Offset + entry.Placed.Entry.Length)]);
    }

    /// <summary>The numbers of those that a store that opens has, each verified; and what it has to say.</summary>
    private static async Task<(List<int> Found, string Log)> FoundAsync(SimulatedDisk disk)
    {
        using var log = new RecordedLogs();
        await using var store = await OpenAsync(disk, log);
        var found = new List<int>();
        for (var number = 0; number <= Writers; number++)
        {
            if (await store.VerifyAsync(TestReplica.Id(number)) is { } stamp)
            {
                Assert.That((stamp.State, stamp.Version), Is.EqualTo((ReplicaState.Present, Replica(number).Record.Version)));
                found.Add(number);
            }
        }
        return (found, string.Join(" ", log.All.Where(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning).Select(line => line.Message)));
    }

    private static TestReplica Replica(int number) => TestReplica.Of(10 * number, number);

    private static async Task PutAsync(FileReplicaStore store, int number)
    {
        await using var writer = await store.BeginAsync(TestReplica.Id(number), Replica(number).Record);
        await writer.AppendAsync(Replica(number).Content);
        await writer.CommitAsync();
    }

    private static async Task<FileReplicaStore> OpenAsync(IDisk disk, RecordedLogs log)
    {
        var store = new FileReplicaStore(disk, Root, 0, null, log.CreateLogger("store"), Packing);
        await store.OpenAsync();
        return store;
    }
}
