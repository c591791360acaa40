using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

/// <summary>A store that holds a replica (1) and a tombstone (2), on a disk that can be made to fail.</summary>
/// <param name="packedBelow">What is shorter is packed; 0 packs nothing.</param>
public abstract class FailingStore(int packedBelow)
{
    private protected const string Root = "/data/dfs";
    private protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Packed, where anything is.</summary>
    private protected static readonly TestReplica Replica = TestReplica.Of(Pages.Size + 100);

    /// <summary>Has a file of its own in any case.</summary>
    private protected static readonly TestReplica Large = TestReplica.Of(2 * 1024 * 1024);

    private protected FakeTimeProvider Time { get; } = new();

    private protected SimulatedDisk Disk { get; private set; } = null!;

    private protected FileReplicaStore Store { get; private set; } = null!;

    private protected bool IsPacked => packedBelow > 0;

    [SetUp]
    public async Task OpenStore()
    {
        Disk = new SimulatedDisk();
        Store = Make(0);
        await Store.OpenAsync();
        await PutAsync(1, Replica);
        await Store.DeleteAsync(TestReplica.Id(2), Noon);
    }

    [TearDown]
    public async Task DisposeStore() => await Store.DisposeAsync();

    private protected FileReplicaStore Make(long reserve, SimulatedDisk? disk = null) => new(disk ?? Disk, Root, reserve, Time, NullLogger.Instance, new PackingSettings(packedBelow, 1_000_000));

    private protected static async Task AssertFailsAsync(StorageFailure failure, Func<Task> action)
    {
        var thrown = await Assert.ThrowsAsync<StorageException>(action);
        Assert.That(thrown!.Failure, Is.EqualTo(failure), thrown.Message);
    }

    private protected async Task ReopenAsync(SimulatedDisk disk, long reserve = 0)
    {
        await Store.DisposeAsync();
        Disk = disk;
        Store = Make(reserve);
        await Store.OpenAsync();
        await Store.RestAsync();
    }

    private protected async Task<CommitOutcome> PutAsync(int number, TestReplica replica)
    {
        await using var writer = await Store.BeginAsync(TestReplica.Id(number), replica.Record);
        await writer.AppendAsync(replica.Content);
        return await writer.CommitAsync();
    }

    private protected async Task<byte[]> ReadAsync(int number)
    {
        await using var reader = await Store.OpenReplicaAsync(TestReplica.Id(number));
        var content = new byte[reader!.Record.Length];
        await reader.ReadAsync(0, content);
        return content;
    }
}
