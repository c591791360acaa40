using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Network;
using LightDfs.Testing.Peers;
using NUnit.Framework;
using Checked = LightDfs.Testing.Conformance.PeerSourceConformance;

namespace LightDfs.Tests.Conformance;

/// <summary>The conformance fixture for peer sources finds what it is there to find, and nothing else.</summary>
public sealed class PeerSourceConformanceProofTests
{
    private static readonly Broken[] All =
    [
        Broken.Of<Misnamed<BrokenPeerSource>>(nameof(Checked.Factory_makes_what_the_fixture_says_it_tests)),
        Broken.Of<Fixture<OneAddressMissing>>(nameof(Checked.Source_names_the_addresses_there_are)),
        Broken.Of<Fixture<NoAddressAmongThem>>(nameof(Checked.Source_names_the_addresses_there_are), nameof(Checked.Address_named_is_one_of_the_transport)),
        Broken.Of<Fixture<AnsweringOnce>>(nameof(Checked.Source_asked_again_names_them_again), nameof(Checked.Source_asked_by_many_at_once_answers_each)),
        Broken.Of<Fixture<LivingList>>(nameof(Checked.Answer_given_is_not_changed_by_asking_again)),
        Broken.Of<Fixture<SourceSwallowingCancellation>>(nameof(Checked.Cancelled_token_throws_and_the_next_question_is_answered)),
    ];

    [Test]
    public Task Sound_source_passes_every_check() => Broken.AssertSoundAsync<Fixture<BrokenPeerSource>>();

    [TestCaseSource(nameof(All))]
    public Task Broken_source_is_caught(Broken broken) => broken.AssertCaughtAsync();

    [Test]
    public void Every_check_catches_something() => Broken.AssertEveryCheckCatches<Checked>(All);

    private class Fixture<TSource> : Checked where TSource : IPeerSource, new()
    {
        protected override IReadOnlyList<string> Expected => BrokenPeerSource.Addresses;

        protected override IPeerTransport Transport { get; } = new InMemoryNetwork().CreateTransport("memory://a");

        protected override ValueTask<IPeerSource> CreateAsync() => new(new TSource());
    }

    [Tests(typeof(InMemoryPeerSource))]
    private sealed class Misnamed<TSource> : Fixture<TSource> where TSource : IPeerSource, new();
}
