using System.Reflection;
using LightDfs.Ring;
using LightDfs.Testing.Conformance;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace LightDfs.Tests.Ring;

/// <summary>The conformance fixture finds what it is there to find, and nothing else.</summary>
public sealed class HashRingConformanceProofTests
{
    [Test]
    public void Sound_ring_passes_every_check() => Assert.That(FailuresOf<RendezvousHashRing>(), Is.Empty);

    [Test]
    public void Unstable_ring_fails_the_checks_of_purity_and_steadiness_only() =>
        Assert.That(FailuresOf<UnstableRing>(), Is.EquivalentTo(new[]
        {
            nameof(HashRingConformance.Ring_of_the_same_members_in_any_order_gives_the_same_answers),
            nameof(HashRingConformance.Preference_of_the_same_members_in_any_order_is_the_same),
            nameof(HashRingConformance.WithMembers_does_not_depend_on_the_ring_it_is_called_on),
            nameof(HashRingConformance.Steady_ring_replaces_at_most_one_owner_when_a_machine_goes),
        }));

    [Test]
    public void Ring_whose_fingerprint_ignores_weights_fails_that_check_only() =>
        Assert.That(FailuresOf<WeightBlindRing>(), Is.EqualTo(new[] { $"{nameof(HashRingConformance.Fingerprint_changes_with_every_input)}(weight)" }));

    [Test]
    public void Ring_that_places_without_weights_and_zones_fails_the_checks_of_those_abilities_only() =>
        Assert.That(FailuresOf<LevellingRing>(), Is.EquivalentTo(new[]
        {
            nameof(HashRingConformance.Weighted_ring_gives_machines_of_twice_the_weight_about_twice_as_much),
            nameof(HashRingConformance.Zoned_ring_spreads_owners_over_different_zones),
        }));

    [Test]
    public void Ring_that_counts_off_fails_the_checks_of_every_ability_and_no_other() =>
        Assert.That(FailuresOf<ModuloRing>(), Is.EquivalentTo(new[]
        {
            nameof(HashRingConformance.Balanced_ring_gives_equal_machines_about_equally_much),
            nameof(HashRingConformance.Weighted_ring_gives_machines_of_twice_the_weight_about_twice_as_much),
            nameof(HashRingConformance.Zoned_ring_spreads_owners_over_different_zones),
            nameof(HashRingConformance.Steady_ring_replaces_at_most_one_owner_when_a_machine_goes),
        }));

    [Test]
    public void Ring_that_claims_no_ability_is_not_tested_for_any()
    {
        using var apart = new TestExecutionContext.IsolatedContext();

        Assert.Throws<IgnoreException>(new Modest<ModuloRing>().Balanced_ring_gives_equal_machines_about_equally_much);
    }

    private static List<string> FailuresOf<TRing>() where TRing : IHashRing, new()
    {
        var fixture = new Fixture<TRing>();
        var failures = new List<string>();
        foreach (var check in typeof(HashRingConformance).GetMethods())
        {
            var cases = check.GetCustomAttributes<TestCaseAttribute>().Select(attribute => attribute.Arguments).ToList();
            if (check.GetCustomAttribute<TestAttribute>() is not null)
            {
                cases.Add([]);
            }
            foreach (var arguments in cases)
            {
                using var apart = new TestExecutionContext.IsolatedContext();
                try
                {
                    check.Invoke(fixture, BindingFlags.DoNotWrapExceptions, null, arguments, null);
                }
                catch (ResultStateException)
                {
                    failures.Add(arguments.Length == 0 ? check.Name : $"{check.Name}({string.Join(", ", arguments)})");
                }
            }
        }
        return failures;
    }

    // NUnit finds fixtures by their test methods, but not open generic ones: these are run by hand only.
    private sealed class Fixture<TRing> : HashRingConformance where TRing : IHashRing, new()
    {
        protected override IHashRing CreateRing() => new TRing();
    }

    private sealed class Modest<TRing> : HashRingConformance where TRing : IHashRing, new()
    {
        protected override HashRingAbilities Abilities => HashRingAbilities.None;

        protected override IHashRing CreateRing() => new TRing();
    }
}
