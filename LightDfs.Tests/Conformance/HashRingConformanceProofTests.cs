using LightDfs.Ring;
using LightDfs.Testing.Conformance;
using NUnit.Framework;
using NUnit.Framework.Internal;
using Checked = LightDfs.Testing.Conformance.HashRingConformance;

namespace LightDfs.Tests.Conformance;

/// <summary>The conformance fixture for rings finds what it is there to find, and nothing else.</summary>
public sealed class HashRingConformanceProofTests
{
    private static readonly Broken[] All =
    [
        Broken.Of<Misnamed<UnstableRing>>(nameof(Checked.Factory_makes_what_the_fixture_says_it_tests)),
        Broken.Of<Fixture<UnstableRing>>(
            nameof(Checked.Ring_of_the_same_members_in_any_order_gives_the_same_answers),
            nameof(Checked.Preference_of_the_same_members_in_any_order_is_the_same),
            nameof(Checked.WithMembers_does_not_depend_on_the_ring_it_is_called_on),
            nameof(Checked.Steady_ring_replaces_at_most_one_owner_when_a_machine_goes)),
        Broken.Of<Fixture<UnsortedRing>>(nameof(Checked.Members_are_kept_and_sorted_by_id), nameof(Checked.Ring_of_the_same_members_in_any_order_gives_the_same_answers)),
        Broken.Of<Fixture<CoarseFingerprintRing>>(nameof(Checked.Fingerprint_changes_with_every_input), nameof(Checked.Fingerprint_tells_zones_apart_by_case)),
        Broken.Of<Fixture<WishfulRing>>(
            nameof(Checked.Fingerprint_takes_the_owners_there_are_not_the_ones_wished_for), nameof(Checked.Kind_is_a_text), nameof(Checked.Every_partition_has_distinct_owners)),
        Broken.Of<Fixture<LevellingRing>>(
            nameof(Checked.Weighted_ring_gives_machines_of_twice_the_weight_about_twice_as_much), nameof(Checked.Zoned_ring_spreads_owners_over_different_zones)),
        Broken.Of<Fixture<ModuloRing>>(
            nameof(Checked.Balanced_ring_gives_equal_machines_about_equally_much),
            nameof(Checked.Weighted_ring_gives_machines_of_twice_the_weight_about_twice_as_much),
            nameof(Checked.Zoned_ring_spreads_owners_over_different_zones),
            nameof(Checked.Steady_ring_replaces_at_most_one_owner_when_a_machine_goes)),
        Broken.Of<Fixture<FavouringRing>>(
            nameof(Checked.Every_partition_has_distinct_owners),
            nameof(Checked.Every_machine_owns_something),
            nameof(Checked.Preference_begins_with_the_owners_and_names_every_machine_once),
            nameof(Checked.Preference_fills_what_it_is_given),
            nameof(Checked.Looking_up_owners_allocates_nothing)),
        Broken.Of<Fixture<MutableRing>>(nameof(Checked.WithMembers_leaves_the_ring_it_is_called_on_alone)),
        Broken.Of<Fixture<LenientRing>>(
            nameof(Checked.Ring_without_members_names_nobody),
            nameof(Checked.Partition_that_does_not_exist_is_refused),
            nameof(Checked.Replicas_below_one_are_refused),
            nameof(Checked.Null_for_members_is_refused),
            nameof(Checked.Weight_out_of_range_is_refused),
            nameof(Checked.Machine_id_zero_is_refused),
            nameof(Checked.Null_for_a_zone_is_refused),
            nameof(Checked.Machine_listed_twice_is_refused),
            nameof(Checked.More_machines_than_numbers_are_refused)),
        Broken.Of<Fixture<FaintRing>>(nameof(Checked.Weights_at_the_ends_of_the_range_are_taken)),
    ];

    [Test]
    public Task Sound_ring_passes_every_check() => Broken.AssertSoundAsync<Fixture<RendezvousHashRing>>();

    [TestCaseSource(nameof(All))]
    public Task Broken_ring_is_caught(Broken broken) => broken.AssertCaughtAsync();

    [Test]
    public void Every_check_catches_something() => Broken.AssertEveryCheckCatches<Checked>(All);

    [Test]
    public void Ring_that_claims_no_ability_is_not_tested_for_any()
    {
        using var apart = new TestExecutionContext.IsolatedContext();

        Assert.Throws<IgnoreException>(new Modest<ModuloRing>().Balanced_ring_gives_equal_machines_about_equally_much);
    }

    private class Fixture<TRing> : Checked where TRing : IHashRing, new()
    {
        protected override IHashRing CreateRing() => new TRing();
    }

    [Tests(typeof(RendezvousHashRing))]
    private sealed class Misnamed<TRing> : Fixture<TRing> where TRing : IHashRing, new();

    private sealed class Modest<TRing> : Checked where TRing : IHashRing, new()
    {
        protected override HashRingAbilities Abilities => HashRingAbilities.None;

        protected override IHashRing CreateRing() => new TRing();
    }
}
