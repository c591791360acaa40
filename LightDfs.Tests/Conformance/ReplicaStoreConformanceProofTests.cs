using LightDfs.Storage;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Storage;
using NUnit.Framework;
using Checked = LightDfs.Testing.Conformance.ReplicaStoreConformance;

namespace LightDfs.Tests.Conformance;

/// <summary>The conformance fixture for replica stores finds what it is there to find, and nothing else.</summary>
public sealed class ReplicaStoreConformanceProofTests
{
    private static readonly Broken[] All =
    [
        Broken.Of<Misnamed<BrokenReplicaStore>>(nameof(Checked.Factory_makes_what_the_fixture_says_it_tests)),
        Broken.Of<Fixture<UnflushedCommit>>(nameof(Checked.Power_failure_loses_nothing_acknowledged)),
        Broken.Of<Fixture<UnflushedDirectories>>(nameof(Checked.Power_failure_loses_nothing_acknowledged), nameof(Checked.Power_failure_brings_nothing_deleted_back)),
        Broken.Of<Fixture<ResurrectingDelete>>(
            nameof(Checked.Commit_after_a_delete_is_refused),
            nameof(Checked.Delete_during_a_write_refuses_its_commit),
            nameof(Checked.Concurrent_delete_wins_over_commits),
            nameof(Checked.Power_failure_brings_nothing_deleted_back)),
        Broken.Of<Fixture<LateMark>>(nameof(Checked.Damage_found_by_a_reader_of_before_the_repair_leaves_the_repaired_alone)),
        Broken.Of<Fixture<RashRemoval>>(nameof(Checked.Nothing_is_removed_that_has_changed_or_may_not_be)),
        Broken.Of<Fixture<LosingAside>>(nameof(Checked.Set_aside_replica_is_kept_listed_and_not_served), nameof(Checked.Set_aside_replica_can_be_discarded)),
        Broken.Of<Fixture<ForgetfulExpiry>>(nameof(Checked.ListExpired_gives_the_longest_expired_first)),
        Broken.Of<Fixture<DisorderlyExpiry>>(nameof(Checked.ListExpired_gives_the_longest_expired_first)),
        Broken.Of<Fixture<RashAside>>(nameof(Checked.Nothing_is_set_aside_that_has_changed_or_may_not_be)),
        Broken.Of<Fixture<ThoroughForgetting>>(nameof(Checked.Forgotten_tombstone_still_says_deleted)),
        Broken.Of<Fixture<NaiveReplicaStore>>(
            nameof(Checked.Replica_stored_reads_back_exactly),
            nameof(Checked.Replica_stored_in_odd_pieces_reads_back_exactly),
            nameof(Checked.Range_anywhere_reads_the_bytes_that_are_there),
            nameof(Checked.Reader_shared_by_many_reads_gives_each_its_bytes),
            nameof(Checked.Content_longer_than_its_record_is_refused),
            nameof(Checked.Content_shorter_than_its_record_is_refused),
            nameof(Checked.Content_with_another_checksum_is_refused),
            nameof(Checked.Writer_disposed_without_commit_leaves_nothing),
            nameof(Checked.Cancelled_token_throws_and_nothing_is_stored),
            nameof(Checked.Commit_of_the_same_version_is_already_stored),
            nameof(Checked.Commit_of_another_version_is_a_conflict),
            nameof(Checked.Concurrent_commits_of_one_version_store_it_once),
            nameof(Checked.Concurrent_commits_of_different_versions_store_exactly_one),
            nameof(Checked.Delete_returns_what_was_held_before),
            nameof(Checked.Later_time_of_two_tombstones_stays),
            nameof(Checked.Delete_time_is_kept_in_utc_to_the_millisecond),
            nameof(Checked.Reader_opened_before_a_delete_reads_to_the_end),
            nameof(Checked.Writer_after_its_commit_takes_nothing_more),
            nameof(Checked.Damaged_page_throws_and_the_others_stay_readable),
            nameof(Checked.Verify_marks_a_damaged_replica),
            nameof(Checked.Damaged_replica_is_replaced_by_a_commit_of_its_version),
            nameof(Checked.Damaged_replica_of_a_known_version_conflicts_with_another),
            nameof(Checked.Damaged_replica_is_deleted_like_any_other),
            nameof(Checked.List_in_pages_gives_everything_once_in_id_order),
            nameof(Checked.ListPartition_gives_what_falls_into_it_in_id_order),
            nameof(Checked.Digest_follows_its_definition_through_random_operations),
            nameof(Checked.Partition_out_of_range_is_refused),
            nameof(Checked.Usage_counts_replicas_tombstones_and_bytes),
            nameof(Checked.Document_saved_is_loaded_and_replaced),
            nameof(Checked.Document_name_outside_the_rule_is_refused),
            nameof(Checked.Document_over_its_limit_is_refused),
            nameof(Checked.Restart_brings_back_everything_acknowledged),
            nameof(Checked.Removed_replica_leaves_nothing),
            nameof(Checked.Removed_tombstone_leaves_nothing),
            nameof(Checked.Mending_copy_of_a_smaller_version_replaces_and_sets_the_larger_aside),
            nameof(Checked.Mending_copy_of_a_larger_version_is_a_conflict_and_of_the_same_is_stored_already),
            nameof(Checked.Power_failure_in_the_middle_of_a_write_leaves_nothing_of_it)),
    ];

    [Test]
    public Task Sound_store_passes_every_check() => Broken.AssertSoundAsync<Fixture<BrokenReplicaStore>>();

    [TestCaseSource(nameof(All))]
    public Task Broken_store_is_caught(Broken broken) => broken.AssertCaughtAsync();

    [Test]
    public void Every_check_catches_something() => Broken.AssertEveryCheckCatches<Checked>(All);

    private class Fixture<TStore> : Checked where TStore : BrokenReplicaStore, new()
    {
        protected override ValueTask<IReplicaStore> CreateAsync() => new(new TStore());

        protected override ValueTask<IReplicaStore?> ReopenAsync(IReplicaStore disposed) => new(((BrokenReplicaStore)disposed).Again(crash: null));

        protected override ValueTask<IReplicaStore?> CrashAsync(IReplicaStore store, int seed) => new(((BrokenReplicaStore)store).Again(seed));

        protected override ValueTask<bool> DamageAsync(IReplicaStore store, FileId id, long offset) => new(((BrokenReplicaStore)store).Damage(id, offset));
    }

    [Tests(typeof(InMemoryReplicaStore))]
    private sealed class Misnamed<TStore> : Fixture<TStore> where TStore : BrokenReplicaStore, new();
}
