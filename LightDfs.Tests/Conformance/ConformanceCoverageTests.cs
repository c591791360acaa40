using System.Reflection;
using LightDfs.AspNetCore;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Identity;
using LightDfs.Transport.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Conformance;

/// <summary>All our own seams are tested; and whoever forgets a fixture is told.</summary>
public sealed class ConformanceCoverageTests : ConformanceCoverage
{
    protected override IEnumerable<Assembly> AssembliesUnderTest =>
        [typeof(LightDfsOptions).Assembly, typeof(HttpPeerTransport).Assembly, typeof(LightDfsFilesOptions).Assembly, typeof(ConformanceCoverage).Assembly];

    private const string Named = nameof(HashRingConformance.Factory_makes_what_the_fixture_says_it_tests);

    [Test]
    public void Implementation_without_a_fixture_is_named_with_what_to_derive() =>
        Assert.That(GapsOf([typeof(OfTheSoundRing<int>)], [typeof(RendezvousHashRing), typeof(UnstableRing)]),
            Is.EqualTo(new[] { $"{typeof(UnstableRing).FullName} is an IHashRing, but no HashRingConformance tests it. Derive one with [Tests(typeof(UnstableRing))]." }));

    [Test]
    public void Implementation_of_two_seams_needs_a_fixture_for_each() =>
        Assert.That(GapsOf([], [typeof(ListAndRing)]), Has.Count.EqualTo(2).And.Some.Contains(nameof(IPeerSource)).And.Some.Contains(nameof(IHashRing)));

    [Test]
    public void Fixture_of_another_seam_covers_nothing() =>
        Assert.That(GapsOf([typeof(OfNoRing<int>)], [typeof(InMemoryMachineIdentityStore)]), Has.Some.Contains("no MachineIdentityStoreConformance tests it").And.Some.Contains("which is no IHashRing"));

    [Test]
    public void Fixture_that_does_not_say_what_it_tests_is_named() =>
        Assert.That(GapsOf([typeof(OfWhatever<int>)], []), Is.EqualTo(new[] { $"{typeof(OfWhatever<int>).FullName} does not say what it tests. Put [Tests(typeof(…))] on it." }));

    [Test]
    public void Assemblies_are_searched_for_internal_and_nested_types() =>
        Assert.That(GapsOf([typeof(string).Assembly], [GetType().Assembly]), Has.Some.Contains(nameof(UnstableRing)).And.Some.Contains(nameof(ListAndRing)));

    [Test]
    public async Task Fixture_that_makes_something_else_than_it_says_fails() =>
        Assert.That((await Checks.FailuresOfAsync(typeof(OfNoRing<int>), [Named])).Select(failure => failure.Check), Is.EqualTo(new[] { Named }));

    // Generic, so that neither NUnit nor the coverage of our own assemblies takes them for fixtures.
    [Tests(typeof(RendezvousHashRing))]
    private sealed class OfTheSoundRing<T> : Rendezvous;

    [Tests(typeof(InMemoryMachineIdentityStore))]
    private sealed class OfNoRing<T> : Rendezvous;

    private sealed class OfWhatever<T> : Rendezvous;

    private abstract class Rendezvous : HashRingConformance
    {
        protected override IHashRing CreateRing() => new RendezvousHashRing();
    }

    private sealed class ListAndRing() : BrokenRing(new RendezvousHashRing()), IPeerSource
    {
        public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => this;

        public ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default) => new([]);
    }
}
