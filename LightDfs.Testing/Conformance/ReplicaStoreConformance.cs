using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

/// <summary>What every <see cref="IReplicaStore"/> must do. Derive a fixture, and give it a store.</summary>
public abstract partial class ReplicaStoreConformance
{
    private protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The store of the running test, open.</summary>
    protected IReplicaStore Store { get; private set; } = null!;

    /// <summary>Makes a new, empty store, not opened yet.</summary>
    protected abstract ValueTask<IReplicaStore> CreateAsync();

    /// <summary>
    /// Makes a store, not opened yet, of what a disposed one kept; <see langword="null"/> (the default) when it keeps nothing.
    /// </summary>
    protected virtual ValueTask<IReplicaStore?> ReopenAsync(IReplicaStore disposed) => new((IReplicaStore?)null);

    /// <summary>Flips a bit of the content that a store keeps of a replica, behind its back.</summary>
    /// <returns>False (the default) when this cannot be done; the tests that need it are then left out.</returns>
    protected virtual ValueTask<bool> DamageAsync(IReplicaStore store, FileId id, long offset) => new(false);

    /// <summary>Removes what a test left, after its store was disposed.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <summary>Opens the store of a test.</summary>
    [SetUp]
    public async Task OpenStore()
    {
        Store = await CreateAsync();
        await Store.OpenAsync();
    }

    /// <summary>Disposes of it.</summary>
    [TearDown]
    public async Task DisposeStore()
    {
        await Store.DisposeAsync();
        await CleanUpAsync();
    }

    /// <summary>The factory makes what <see cref="TestsAttribute"/> says.</summary>
    [Test]
    public void Factory_makes_what_the_fixture_says_it_tests() => ConformanceSeams.AssertMadeAsNamed(this, Store);

    private protected static FileId Id(int number) => TestReplica.Id(number);

    private protected async Task<CommitOutcome> Put(FileId id, TestReplica replica, CommitMode mode = CommitMode.New)
    {
        await using var writer = await Store.BeginAsync(id, replica.Record);
        await writer.AppendAsync(replica.Content);
        return await writer.CommitAsync(mode);
    }

    private protected async Task<byte[]> Read(FileId id)
    {
        await using var reader = await Store.OpenReplicaAsync(id);
        Assert.That(reader, Is.Not.Null, $"'{id}' cannot be opened.");
        var content = new byte[reader!.Record.ReplicaLength];
        Assert.That(await reader.ReadAsync(0, content), Is.EqualTo(content.Length));
        return content;
    }

    private protected async Task ReopenOrIgnore()
    {
        await Store.DisposeAsync();
        var again = await ReopenAsync(Store);
        if (again is null)
        {
            Assert.Ignore("This store keeps nothing.");
        }
        Store = again!;
        await Store.OpenAsync();
    }

    private protected async Task DamageOrIgnore(FileId id, long offset)
    {
        if (!await DamageAsync(Store, id, offset))
        {
            Assert.Ignore("This store cannot be damaged.");
        }
    }
}
