using System.Buffers;
using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>How packed replicas are read: a small one by one call, and by parts where that fails.</summary>
public sealed class PackedReadTests
{
    private const int ReadTogether = 16 * 1024;
    private static readonly PackingSettings Packing = new(64 * 1024, 1_000_000);
    private static readonly FileId Id = TestReplica.Id(1);

    private SimulatedDisk _disk = null!;
    private FileReplicaStore _store = null!;

    [SetUp]
    public async Task SetUp()
    {
        _disk = new SimulatedDisk();
        _store = new FileReplicaStore(_disk, "/data/dfs", 0, null, NullLogger.Instance, Packing);
        await _store.OpenAsync();
    }

    [TearDown]
    public ValueTask TearDown() => _store.DisposeAsync();

    [TestCase(0, 1)]
    [TestCase(1, 2)]
    public async Task Entry_of_at_most_16_KiB_is_read_by_one_call(int longer, int calls)
    {
        var replica = await PutAsync(ReadTogether - Beginning + longer);

        var before = _disk.ReadCalls;
        Assert.That(await ReadAsync(), Is.EqualTo(replica.Content));
        Assert.That(_disk.ReadCalls - before, Is.EqualTo(calls));
    }

    [Test]
    public async Task Any_part_of_what_was_read_ahead_can_be_read_again()
    {
        var replica = await PutAsync(300);
        await using var reader = await _store.OpenReplicaAsync(Id);
        var (part, rest) = (new byte[100], new byte[300]);

        Assert.That(await reader!.ReadAsync(150, part), Is.EqualTo(100));
        Assert.That(part, Is.EqualTo(replica.Content[150..250]));
        Assert.That(await reader.ReadAsync(290, rest), Is.EqualTo(10));
        Assert.That(rest[..10], Is.EqualTo(replica.Content[290..]));
        Assert.That(await reader.ReadAsync(300, rest), Is.Zero);
    }

    [Test]
    public async Task What_cannot_be_read_as_a_whole_is_read_by_parts()
    {
        var replica = await PutAsync(300);
        _disk.Fail(DiskCall.Read, StorageFailure.Failing);

        Assert.That(await ReadAsync(), Is.EqualTo(replica.Content));
        Assert.That(_store.Find(Id)!.Value.State, Is.EqualTo(ReplicaState.Present));
    }

    [Test]
    public async Task Content_that_cannot_be_read_is_damage_of_its_page_and_not_of_the_record()
    {
        var replica = await PutAsync(300);
        _disk.Fail(DiskCall.Read, StorageFailure.Failing);
        await using var reader = await _store.OpenReplicaAsync(Id);
        _disk.Fail(DiskCall.Read, StorageFailure.Failing);

        Assert.That(reader!.Record, Is.EqualTo(replica.Record));
        var told = await Assert.ThrowsAsync<ReplicaDamagedException>(() => reader.ReadAsync(0, new byte[300]).AsTask());
        Assert.That(told!.Message, Does.Contain("What lies at 0 of"));
        Assert.That(_store.Find(Id)!.Value.State, Is.EqualTo(ReplicaState.Damaged));
    }

    [Test]
    public async Task Record_that_cannot_be_read_either_is_damage()
    {
        await PutAsync(300);
        _disk.Fail(DiskCall.Read, StorageFailure.Failing);
        _disk.Fail(DiskCall.Read, StorageFailure.Failing);

        await Assert.ThrowsAsync<ReplicaDamagedException>(() => _store.OpenReplicaAsync(Id).AsTask());
    }

    [Test]
    public async Task Reader_that_is_disposed_reads_no_more_and_may_be_disposed_twice()
    {
        await PutAsync(300);
        var reader = await _store.OpenReplicaAsync(Id);
        await reader!.DisposeAsync();
        await reader.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.ReadAsync(0, new byte[300]).AsTask());
        var (one, other) = (ArrayPool<byte>.Shared.Rent(300 + Beginning), ArrayPool<byte>.Shared.Rent(300 + Beginning));
        Assert.That(one, Is.Not.SameAs(other), "what it had rented was returned twice");
    }

    /// <summary>Bytes of an entry before its content: head, the checksum of one page, and the record.</summary>
    private static int Beginning => VolumeEntry.HeadSize + sizeof(ulong) + TestReplica.Of(1, 1).Record.Encode().Length;

    private async Task<TestReplica> PutAsync(int length)
    {
        var replica = TestReplica.Of(length, 1);
        await using var writer = await _store.BeginAsync(Id, replica.Record);
        await writer.AppendAsync(replica.Content);
        Assert.That(await writer.CommitAsync(), Is.EqualTo(CommitOutcome.Stored));
        return replica;
    }

    private async Task<byte[]> ReadAsync()
    {
        await using var reader = await _store.OpenReplicaAsync(Id);
        var content = new byte[reader!.Record.Length];
        Assert.That(await reader.ReadAsync(0, content), Is.EqualTo(content.Length));
        return content;
    }
}
