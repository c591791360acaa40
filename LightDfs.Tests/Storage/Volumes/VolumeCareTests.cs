using LightDfs.Diagnostics;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>Whatever goes wrong while volumes are compacted is told, and compacting goes on later.</summary>
public sealed class VolumeCareTests
{
    private const string Root = "/data/dfs";
    private readonly FakeTimeProvider _time = new();

    private LogRecorder _log = null!;
    private OddDisk _disk = null!;
    private FileReplicaStore _store = null!;
    private string _first = null!;

    /// <summary>A volume with files 1 to 4, and one with 5 and 6.</summary>
    [SetUp]
    public async Task SetUp()
    {
        (_log, _disk) = (new LogRecorder(), new OddDisk(new SimulatedDisk()));
        _store = new FileReplicaStore(_disk, Root, 0, _time, _log.CreateLogger("test"), new PackingSettings(5000, 20_000));
        await _store.OpenAsync();
        for (var number = 1; number <= 6; number++)
        {
            await PutAsync(number);
        }
        await _store.RestAsync();
        _first = Volumes()[0];
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        _log.Dispose();
    }

    [Test]
    public async Task Error_that_nobody_thought_of_ends_nothing_for_good()
    {
        _disk.FailAt((_, _, _) => new InvalidOperationException("nobody thought of this"));
        await DeleteAsync(1, 2, 3);
        var (trouble, told) = (_store.Usage.Trouble, _log.Of(LogEvents.VolumeCareFailed).Count);
        _disk.FailAt(null);
        _time.Advance(TimeSpan.FromSeconds(10));
        await DeleteAsync(4);

        Assert.That(trouble, Does.Contain("are not compacted").And.Contain("nobody thought of this"));
        Assert.That(told, Is.EqualTo(1), "it does not spin");
        Assert.That(_store.Usage.Trouble, Is.Null);
        Assert.That(Volumes(), Does.Not.Contain(_first));
    }

    /// <summary>It may be the only copy, and be read another time.</summary>
    [Test]
    public async Task Volume_of_which_something_cannot_be_read_is_kept_until_it_can()
    {
        _disk.FailAt((path, _, _) => path.EndsWith(ReplicaPaths.VolumeSuffix, StringComparison.Ordinal) ? OddDisk.Sector : null);
        await DeleteAsync(1, 2);

        Assert.That(_store.Usage.Trouble, Does.Contain("are not compacted").And.Contain("so it is kept"));
        Assert.That(_log.Of(LogEvents.VolumeEntryUnreadable), Is.Not.Empty);
        Assert.That(Volumes(), Does.Contain(_first));
        Assert.That(_store.Find(TestReplica.Id(4))!.Value.State, Is.EqualTo(ReplicaState.Damaged), "another machine's copy takes its place");

        _disk.FailAt(null);
        _time.Advance(TimeSpan.FromSeconds(10));
        await DeleteAsync(3);

        Assert.That(_store.Usage.Trouble, Is.Null);
        Assert.That(Volumes(), Does.Not.Contain(_first));
        var content = new byte[4000];
        await using var reader = await _store.OpenReplicaAsync(TestReplica.Id(4));
        await reader!.ReadAsync(0, content);
        Assert.That(content, Is.EqualTo(TestReplica.Of(4000, 4).Content));
    }

    /// <summary>What it holds is read anew when its checkpoint cannot be read; what cannot be read then either may count all the same.</summary>
    [Test]
    public async Task Volume_is_kept_when_neither_its_checkpoint_nor_a_head_in_it_can_be_read()
    {
        var fourth = VolumeFiles.EntriesOn(_disk.Inner, Root).Single(entry => entry.Placed.Entry.Id == TestReplica.Id(4)).Placed.Offset;
        _disk.FailAt((path, offset, count) => path.EndsWith(ReplicaPaths.CheckpointSuffix, StringComparison.Ordinal) || (offset <= fourth && offset + count > fourth) ? OddDisk.Sector : null);
        await DeleteAsync(1, 2);

        Assert.That(_store.Usage.Trouble, Does.Contain("so it is kept"));
        Assert.That(Volumes(), Does.Contain(_first));

        _disk.FailAt(null);
        _time.Advance(TimeSpan.FromSeconds(10));
        // The next volume is begun, which is when all are looked at.
        for (var number = 7; number <= 9; number++)
        {
            await PutAsync(number);
        }
        await _store.RestAsync();

        Assert.That(_store.Usage.Trouble, Is.Null);
        Assert.That(Volumes(), Does.Not.Contain(_first));
        Assert.That((await _store.VerifyAsync(TestReplica.Id(4)))!.Value.State, Is.EqualTo(ReplicaState.Present));
    }

    private List<string> Volumes() => [.. _disk.Inner.PeekNames($"{Root}/volumes").Where(name => name.EndsWith(".volume", StringComparison.Ordinal))];

    private async Task PutAsync(int number)
    {
        var replica = TestReplica.Of(4000, number);
        await using var writer = await _store.BeginAsync(TestReplica.Id(number), replica.Record);
        await writer.AppendAsync(replica.Content);
        await writer.CommitAsync();
    }

    /// <summary>Deletes files, and waits for the compacting that this sets off.</summary>
    private async Task DeleteAsync(params int[] numbers)
    {
        foreach (var number in numbers)
        {
            await _store.DeleteAsync(TestReplica.Id(number), DateTimeOffset.UnixEpoch);
        }
        await _store.RestAsync();
    }
}
