using LightDfs.Identity;
using LightDfs.Testing.Conformance;
using NUnit.Framework;
using Checked = LightDfs.Testing.Conformance.MachineIdentityStoreConformance;

namespace LightDfs.Tests.Conformance;

/// <summary>The conformance fixture for identity stores finds what it is there to find, and nothing else.</summary>
public sealed class MachineIdentityStoreConformanceProofTests
{
    private static readonly Broken[] All =
    [
        Broken.Of<Misnamed<BrokenIdentityStore>>(nameof(Checked.Factory_makes_what_the_fixture_says_it_tests)),
        Broken.Of<Fixture<SecondProposalKept>>(nameof(Checked.First_proposal_wins_and_outlives_a_restart), nameof(Checked.Concurrent_proposals_agree_on_one)),
        Broken.Of<Fixture<ForgottenByRestart>>(nameof(Checked.First_proposal_wins_and_outlives_a_restart), nameof(Checked.Starts_count_from_one_and_go_on_after_a_restart)),
        Broken.Of<Fixture<SilentlyRemade>>(nameof(Checked.New_store_has_no_id)),
        Broken.Of<Fixture<ZeroKept>>(nameof(Checked.Zero_is_refused)),
        Broken.Of<Fixture<StartsInPairs>>(nameof(Checked.Starts_count_from_one_and_go_on_after_a_restart), nameof(Checked.Concurrent_starts_never_see_the_same_number)),
        Broken.Of<Fixture<KeepingCountsAsAStart>>(nameof(Checked.First_start_after_an_id_was_kept_is_one)),
        Broken.Of<Fixture<IdentitySwallowingCancellation>>(nameof(Checked.Cancelled_token_throws_and_nothing_is_kept)),
    ];

    [Test]
    public Task Sound_store_passes_every_check() => Broken.AssertSoundAsync<Fixture<BrokenIdentityStore>>();

    [TestCaseSource(nameof(All))]
    public Task Broken_store_is_caught(Broken broken) => broken.AssertCaughtAsync();

    [Test]
    public void Every_check_catches_something() => Broken.AssertEveryCheckCatches<Checked>(All);

    private class Fixture<TStore> : Checked where TStore : BrokenIdentityStore, new()
    {
        protected override ValueTask<IMachineIdentityStore> CreateAsync() => new(new TStore());

        protected override ValueTask<IMachineIdentityStore> ReopenAsync(IMachineIdentityStore store) => new(((BrokenIdentityStore)store).Reopened());
    }

    [Tests(typeof(FileMachineIdentityStore))]
    private sealed class Misnamed<TStore> : Fixture<TStore> where TStore : BrokenIdentityStore, new();
}
