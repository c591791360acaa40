using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

/// <summary>What every <see cref="IPeerSource"/> must do. Derive a fixture, give it a source, and say what the source should name.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class PeerSourceConformance
{
    /// <summary>The addresses that the source under test should name, in any order and spelling.</summary>
    protected abstract IReadOnlyList<string> Expected { get; }

    /// <summary>The transport whose addresses they are.</summary>
    protected abstract IPeerTransport Transport { get; }

    /// <summary>Makes a source that should name <see cref="Expected"/>.</summary>
    protected abstract ValueTask<IPeerSource> CreateAsync();

    /// <summary>Removes what a test left.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <summary>Calls <see cref="CleanUpAsync"/>.</summary>
    [TearDown]
    public async Task CleanUp() => await CleanUpAsync();

    /// <summary>The factory makes what <see cref="TestsAttribute"/> says.</summary>
    [Test]
    public async Task Factory_makes_what_the_fixture_says_it_tests() => ConformanceSeams.AssertMadeAsNamed(this, await CreateAsync());

    /// <summary>All of them, and nothing else; a repeat does no harm.</summary>
    [Test]
    public async Task Source_names_the_addresses_there_are() =>
        Assert.That(Normalized(await (await CreateAsync()).GetPeersAsync()), Is.EquivalentTo(Normalized(Expected)));

    /// <summary>Each is an address of the transport.</summary>
    [Test]
    public async Task Address_named_is_one_of_the_transport()
    {
        foreach (var address in await (await CreateAsync()).GetPeersAsync())
        {
            Assert.That(address, Is.Not.Null);
            Assert.That(() => Transport.Normalize(address), Throws.Nothing, address);
        }
    }

    /// <summary>It is asked again as long as not everybody answered.</summary>
    [Test]
    public async Task Source_asked_again_names_them_again()
    {
        var source = await CreateAsync();
        await source.GetPeersAsync();

        Assert.That(Normalized(await source.GetPeersAsync()), Is.EquivalentTo(Normalized(Expected)));
    }

    /// <summary>Whoever holds an answer is not surprised by the next.</summary>
    [Test]
    public async Task Answer_given_is_not_changed_by_asking_again()
    {
        var source = await CreateAsync();
        var first = await source.GetPeersAsync();
        string[] before = [.. first];

        await source.GetPeersAsync();

        Assert.That(first, Is.EqualTo(before));
    }

    /// <summary>Questions may overlap.</summary>
    [Test]
    public async Task Source_asked_by_many_at_once_answers_each()
    {
        var source = await CreateAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await source.GetPeersAsync())));

        Assert.That(answers.Select(Normalized), Is.All.EquivalentTo(Normalized(Expected)));
    }

    /// <summary>A cancelled token is honoured, and does no harm to the next question.</summary>
    [Test]
    public async Task Cancelled_token_throws_and_the_next_question_is_answered()
    {
        var source = await CreateAsync();

        await Assert.CatchAsync<OperationCanceledException>(async () => await source.GetPeersAsync(new CancellationToken(canceled: true)));

        Assert.That(Normalized(await source.GetPeersAsync()), Is.EquivalentTo(Normalized(Expected)));
    }

    // Text that is no address is another test's affair.
    private string[] Normalized(IReadOnlyList<string> addresses) => [.. addresses.Select(NormalizedOrAsItIs).Distinct(StringComparer.Ordinal)];

    private string NormalizedOrAsItIs(string address)
    {
        try
        {
            return Transport.Normalize(address);
        }
        catch (FormatException)
        {
            return address;
        }
    }
}
