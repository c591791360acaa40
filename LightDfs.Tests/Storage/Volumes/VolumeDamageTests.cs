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
    private static readonly TestReplica[] Contents = [TestReplica.Of(0, 1), TestReplica.Of(50, 2), TestReplica.Of(300, 3)];

    [Test]
    public async Task Flipped_bit_of_a_volume_that_was_closed_is_found_and_nothing_vanishes()
    {
        var disk = await WrittenAsync(isClosed: true);
        var path = VolumePath(disk);
        for (var offset = 0; offset < disk.LengthOf(path); offset++)
        {
            var flipped = disk.Copy();
            flipped.Flip(path, offset);
            var (states, log) = await StatesAsync(flipped);

            Assert.That(states, Has.All.AnyOf("right", "damaged", "deleted"), $"at {offset}");
            Assert.That(states.Count(state => state == "damaged"), Is.LessThanOrEqualTo(1), $"at {offset}");
            Assert.That(states[^1], Is.EqualTo("deleted"), $"at {offset}");
        }
    }

    /// <summary>After a power failure there is no checkpoint. What was flushed before the last batch is known to be promised: it is damaged, or its loss is told.</summary>
    [Test]
    public async Task Flipped_bit_of_a_volume_that_was_not_closed_yields_nothing_wrong_and_is_told()
    {
        var disk = await WrittenAsync(isClosed: false);
        var path = VolumePath(disk);
        for (var offset = 0; offset < disk.LengthOf(path); offset++)
        {
            var flipped = disk.Copy();
            flipped.Flip(path, offset);
            var (states, log) = await StatesAsync(flipped);

            Assert.That(states, Has.All.AnyOf("right", "damaged", "deleted", "absent"), $"at {offset}");
            Assert.That(states.Count(state => state is "damaged" or "absent"), Is.LessThanOrEqualTo(1), $"at {offset}");
            Assert.That(states.SkipLast(1).Contains("absent"), Is.EqualTo(log.Contains("where replicas or tombstones began", StringComparison.Ordinal)), $"at {offset}");
        }
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

    private static async Task<SimulatedDisk> WrittenAsync(bool isClosed)
    {
        var disk = new SimulatedDisk();
        await using var store = await OpenAsync(disk, new RecordedLogs());
        for (var number = 0; number < Contents.Length; number++)
        {
            await PutAsync(store, TestReplica.Id(number), Contents[number]);
        }
        await store.DeleteAsync(TestReplica.Id(Contents.Length), DateTimeOffset.UnixEpoch);
        if (!isClosed)
        {
            return disk.AfterLoss();
        }
        await store.DisposeAsync();
        return disk;
    }

    private static string VolumePath(SimulatedDisk disk) => disk.PeekNames(Root + "/volumes").Where(name => name.EndsWith(ReplicaPaths.VolumeSuffix, StringComparison.Ordinal)).Select(name => $"{Root}/volumes/{name}").Single();

    private static async Task<(string[] States, string Log)> StatesAsync(SimulatedDisk disk)
    {
        using var log = new RecordedLogs();
        await using var store = await OpenAsync(disk, log);
        var states = new List<string>();
        for (var number = 0; number <= Contents.Length; number++)
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
