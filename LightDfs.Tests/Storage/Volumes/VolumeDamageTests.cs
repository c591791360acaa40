using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Diagnostics;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>Bits that flip in a volume, wherever: what is read is what was stored, or a damage that is told.</summary>
public sealed class VolumeDamageTests
{
    private const string Root = "/data/dfs";
    private static readonly PackingSettings Packing = new(5000, 1_000_000);

    /// <summary>The last is deleted; all are stored before.</summary>
    private static readonly TestReplica[] Contents = [TestReplica.Of(0, 1), TestReplica.Of(50, 2), TestReplica.Of(300, 3), TestReplica.Of(100, 4)];
    private static readonly int Deleted = Contents.Length - 1;

    [Test]
    public async Task Flipped_bit_of_a_volume_that_was_closed_is_found_and_nothing_vanishes()
    {
        var disk = await WrittenAsync(isClosed: true);
        var path = VolumePath(disk);
        for (var offset = 0; offset < disk.LengthOf(path); offset++)
        {
            var flipped = disk.Copy();
            flipped.Flip(path, offset);
            var (states, _) = await StatesAsync(flipped);

            Assert.That(states, Has.All.AnyOf("right", "damaged", "deleted"), $"at {offset}");
            Assert.That(states.Count(state => state == "damaged"), Is.LessThanOrEqualTo(1), $"at {offset}");
            Assert.That(states[^1], Is.EqualTo("deleted"), $"at {offset}");
        }
    }

    /// <summary>
    /// After a power failure there is no checkpoint. What was flushed before the last batch is known to be promised: it is damaged, or the loss of its head is told. The last entry nobody knows of. A
    /// tombstone's head that is lost lets what it deleted count again on this machine (docs/decisions/0009): reconciling deletes it once more.
    /// </summary>
    [Test]
    public async Task Flipped_bit_of_a_volume_that_was_not_closed_yields_nothing_wrong_and_is_told([Values] bool isTombstoneLast)
    {
        var disk = await WrittenAsync(isClosed: false, isTombstoneLast);
        var path = VolumePath(disk);
        var entries = VolumeFiles.EntriesOn(disk, Root).Select(entry => entry.Placed).ToList();
        for (var offset = 0; offset < disk.LengthOf(path); offset++)
        {
            var flipped = disk.Copy();
            flipped.Flip(path, offset);
            var (states, log) = await StatesAsync(flipped);

            var (entry, start, _) = entries.Last(entry => entry.Offset <= offset);
            var (number, isHead, isLast) = (Number(entry.Id), offset < start + VolumeEntry.HeadSize, start == entries[^1].Offset);
            for (var other = 0; other < Contents.Length; other++)
            {
                string[] allowed = (other == number, other == Deleted) switch
                {
                    (true, true) when entry.Kind == VolumeEntryKind.Tombstone => ["right"],
                    (_, true) => ["deleted"],
                    (false, _) => ["right"],
                    // The zeros up to the next multiple of eight say nothing. Of the last entry nobody knows that it was promised.
                    _ => isHead ? ["absent"] : isLast ? ["absent", "right"] : ["damaged", "right"],
                };
                Assert.That(states[other], Is.AnyOf(allowed), $"{other} at {offset}");
            }
            Assert.That(log.Contains("where replicas or tombstones began", StringComparison.Ordinal), Is.EqualTo(isHead && !isLast), $"at {offset}");
        }
    }

    /// <summary>What was let go of comes back as it was, like what was deleted.</summary>
    [Test]
    public async Task Removal_whose_head_is_damaged_lets_what_was_there_before_count_again_and_is_told([Values] bool isLast)
    {
        var disk = new SimulatedDisk();
        await using (var store = await OpenAsync(disk, new RecordedLogs()))
        {
            await PutAsync(store, 1);
            await store.RemoveAsync(store.Find(TestReplica.Id(1))!.Value, () => true);
            if (!isLast)
            {
                await PutAsync(store, 2);
            }
            disk = disk.AfterLoss();
        }
        var removal = VolumeFiles.EntriesOn(disk, Root).Single(entry => entry.Placed.Entry.Kind == VolumeEntryKind.Removal);
        for (var at = 0; at < VolumeEntry.HeadSize; at++)
        {
            var flipped = disk.Copy();
            flipped.Flip(removal.Path, removal.Placed.Offset + at);
            var (states, log) = await StatesAsync(flipped);

            Assert.That(states, Is.EqualTo(new[] { "absent", "right", isLast ? "absent" : "right", "absent" }), $"at {at}");
            Assert.That(log.Contains("where replicas or tombstones began", StringComparison.Ordinal), Is.Not.EqualTo(isLast), $"at {at}");
        }
        Assert.That((await StatesAsync(disk)).States[1], Is.EqualTo("absent"), "undamaged");
    }

    [Test]
    public async Task Damaged_checkpoint_is_made_anew()
    {
        var disk = await WrittenAsync(isClosed: true);
        var path = Path.ChangeExtension(VolumePath(disk), ReplicaPaths.CheckpointSuffix);
        for (var offset = 0; offset < disk.LengthOf(path); offset++)
        {
            var flipped = disk.Copy();
            flipped.Flip(path, offset);

            Assert.That((await StatesAsync(flipped)).States, Is.EqualTo(new[] { "right", "right", "right", "deleted" }), $"at {offset}");
            Assert.That(flipped.Peek(path), Is.EqualTo(disk.Peek(path)), $"at {offset}");
        }
    }

    [Test]
    public async Task Volume_that_is_cut_off_shows_what_is_missing_as_damaged([Values] bool isClosed)
    {
        var disk = await WrittenAsync(isClosed);
        var path = VolumePath(disk);
        for (var length = disk.LengthOf(path) - 1; length >= 0; length -= 8)
        {
            var cut = disk.Copy();
            cut.Truncate(path, length);
            var (states, _) = await StatesAsync(cut);

            Assert.That(states, Has.All.AnyOf(isClosed ? ["right", "damaged", "deleted"] : ["right", "damaged", "deleted", "absent"]), $"cut at {length}");
        }
    }

    /// <summary>A content may be anything, also something that looks like entries. Where a head before it is damaged, nothing of it may be taken for one.</summary>
    [Test]
    public async Task Content_that_looks_like_an_entry_is_none()
    {
        var victim = TestReplica.Id(7);
        var forged = new byte[256];
        VolumeEntry.OfTombstone(victim, DateTimeOffset.UnixEpoch).Encode(forged, 0, 0, 0);
        (VolumeEntry.OfTombstone(victim, DateTimeOffset.UnixEpoch) with { Sequence = 1000 }).Encode(forged.AsSpan(96), 12345, 0, 0);
        var disk = new SimulatedDisk();
        await using (var store = await OpenAsync(disk, new RecordedLogs()))
        {
            await PutAsync(store, victim, Contents[1]);
            await PutAsync(store, TestReplica.Id(1), TestReplica.Of(forged));
        }
        var path = VolumePath(disk);
        disk.Delete(Path.ChangeExtension(path, ReplicaPaths.CheckpointSuffix));
        disk.Flip(path, VolumeFiles.EntriesOn(disk, Root)[1].Placed.Offset + 10);

        await using var again = await OpenAsync(disk, new RecordedLogs());

        Assert.That(again.Find(victim)?.State, Is.EqualTo(ReplicaState.Present));
    }

    private static async Task<SimulatedDisk> WrittenAsync(bool isClosed, bool isTombstoneLast = true)
    {
        var disk = new SimulatedDisk();
        await using var store = await OpenAsync(disk, new RecordedLogs());
        int[] before = isTombstoneLast ? [Deleted, 0, 1, 2] : [0, Deleted, 1];
        foreach (var number in before)
        {
            await PutAsync(store, number);
        }
        await store.DeleteAsync(TestReplica.Id(Deleted), DateTimeOffset.UnixEpoch);
        foreach (var number in Enumerable.Range(0, Contents.Length).Except(before))
        {
            await PutAsync(store, number);
        }
        if (!isClosed)
        {
            return disk.AfterLoss();
        }
        await store.DisposeAsync();
        return disk;
    }

    private static Task PutAsync(FileReplicaStore store, int number) => PutAsync(store, TestReplica.Id(number), Contents[number]);

    private static int Number(FileId id) => Enumerable.Range(0, Contents.Length).Single(number => TestReplica.Id(number) == id);

    private static string VolumePath(SimulatedDisk disk) => disk.PeekNames(Root + "/volumes").Where(name => name.EndsWith(ReplicaPaths.VolumeSuffix, StringComparison.Ordinal)).Select(name => $"{Root}/volumes/{name}").Single();

    private static async Task<(string[] States, string Log)> StatesAsync(SimulatedDisk disk)
    {
        using var log = new RecordedLogs();
        await using var store = await OpenAsync(disk, log);
        var states = new List<string>();
        for (var number = 0; number < Contents.Length; number++)
        {
            states.Add((await store.VerifyAsync(TestReplica.Id(number)))?.State switch
            {
                null => "absent",
                ReplicaState.Deleted => "deleted",
                ReplicaState.Damaged => "damaged",
                _ => await ReadsAsync(store, number) ? "right" : "wrong",
            });
        }
        return ([.. states], string.Join(" ", log.All.Select(line => line.Message)));
    }

    private static async Task<bool> ReadsAsync(FileReplicaStore store, int number)
    {
        await using var reader = await store.OpenReplicaAsync(TestReplica.Id(number));
        var content = new byte[Contents[number].Content.Length];
        return reader!.Record == Contents[number].Record && await reader.ReadAsync(0, content) == content.Length && content.AsSpan().SequenceEqual(Contents[number].Content);
    }

    private static async Task PutAsync(FileReplicaStore store, FileId id, TestReplica replica)
    {
        await using var writer = await store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    private static async Task<FileReplicaStore> OpenAsync(SimulatedDisk disk, RecordedLogs log)
    {
        var store = new FileReplicaStore(disk, Root, 0, null, log.CreateLogger("store"), Packing);
        await store.OpenAsync();
        return store;
    }
}
