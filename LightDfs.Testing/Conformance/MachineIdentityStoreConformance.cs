using LightDfs.Identity;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

/// <summary>What every <see cref="IMachineIdentityStore"/> must do. Derive a fixture, and give it a store.</summary>
public abstract class MachineIdentityStoreConformance
{
    private static readonly MachineId One = new(111);
    private static readonly MachineId Other = new(222);

    /// <summary>The store of the running test.</summary>
    protected IMachineIdentityStore Store { get; private set; } = null!;

    /// <summary>Makes a store in which nothing was ever kept.</summary>
    protected abstract ValueTask<IMachineIdentityStore> CreateAsync();

    /// <summary>Makes another store of what this one kept, as after a restart.</summary>
    protected abstract ValueTask<IMachineIdentityStore> ReopenAsync(IMachineIdentityStore store);

    /// <summary>Removes what a test left.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <summary>Makes the store of a test.</summary>
    [SetUp]
    public async Task MakeStore() => Store = await CreateAsync();

    /// <summary>Cleans up.</summary>
    [TearDown]
    public async Task CleanUp() => await CleanUpAsync();

    /// <summary>The factory makes what <see cref="TestsAttribute"/> says.</summary>
    [Test]
    public void Factory_makes_what_the_fixture_says_it_tests() => ConformanceSeams.AssertMadeAsNamed(this, Store);

    /// <summary>Nothing yet.</summary>
    [Test]
    public async Task New_store_has_no_id() => Assert.That(await Store.LoadAsync(), Is.Null);

    /// <summary>The first wins.</summary>
    [Test]
    public async Task First_proposal_wins_and_outlives_a_restart()
    {
        Assert.That(await Store.KeepAsync(One), Is.EqualTo(One));
        Assert.That(await Store.KeepAsync(Other), Is.EqualTo(One));
        Assert.That(await Store.LoadAsync(), Is.EqualTo(One));

        var again = await ReopenAsync(Store);

        Assert.That(await again.LoadAsync(), Is.EqualTo(One));
        Assert.That(await again.KeepAsync(Other), Is.EqualTo(One));
    }

    /// <summary>One of many wins.</summary>
    [Test]
    public async Task Concurrent_proposals_agree_on_one()
    {
        var kept = await Task.WhenAll(Enumerable.Range(1, 20).Select(number => Task.Run(async () => await Store.KeepAsync(new MachineId((UInt128)number)))));

        Assert.That(kept.Distinct().Count(), Is.EqualTo(1));
        Assert.That(await Store.LoadAsync(), Is.EqualTo(kept[0]));
    }

    /// <summary>Zero is no machine.</summary>
    [Test]
    public async Task Zero_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.KeepAsync(default));
        Assert.That(await Store.LoadAsync(), Is.Null);
    }

    /// <summary>Starts count up.</summary>
    [Test]
    public async Task Starts_count_from_one_and_go_on_after_a_restart()
    {
        Assert.That(await Store.NextStartAsync(), Is.EqualTo(1));
        await Store.KeepAsync(One);
        Assert.That(await Store.NextStartAsync(), Is.EqualTo(2));

        var again = await ReopenAsync(Store);

        Assert.That(await again.NextStartAsync(), Is.EqualTo(3));
        Assert.That(await again.LoadAsync(), Is.EqualTo(One));
    }

    /// <summary>The id may be kept before the first start is counted.</summary>
    [Test]
    public async Task First_start_after_an_id_was_kept_is_one()
    {
        await Store.KeepAsync(One);

        Assert.That(await Store.NextStartAsync(), Is.EqualTo(1));
    }

    /// <summary>No number twice.</summary>
    [Test]
    public async Task Concurrent_starts_never_see_the_same_number()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await Store.NextStartAsync())));

        Assert.That(starts.Order(), Is.EqualTo(Enumerable.Range(1, 20).Select(number => (long)number)));
    }

    /// <summary>A cancelled token is honoured.</summary>
    [Test]
    public async Task Cancelled_token_throws_and_nothing_is_kept()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.KeepAsync(One, cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.NextStartAsync(cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.LoadAsync(cancelled));

        Assert.That(await Store.LoadAsync(), Is.Null);
        Assert.That(await Store.NextStartAsync(), Is.EqualTo(1));
    }
}
