using LightDfs.Membership;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;

namespace LightDfs.Tests.Promises.Crashes;

/// <summary>Everything that machines do together and that changes what is on their disks.</summary>
internal static class ClusterCrashes
{
    private const string Replica = ".replica";
    private const string Tombstone = ".tombstone";
    private const string Aside = ".aside";
    private static readonly byte[] Small = ClusterSteps.Bytes(1000);
    private static readonly byte[] Large = ClusterSteps.Bytes(LargeFiles.Segment + 500);
    private static readonly TestReplica Planted = TestReplica.Of(5000);
    private static readonly (TestReplica Smaller, TestReplica Larger) Pair = TestReplica.Pair(5000);

    public static IEnumerable<ClusterCrash> All =>
    [
        .. Victims(0, 2).Select(at => new ClusterCrash($"store, at {at}", 3, Victim(at), run => StoreAsync(run, Small), Stored, HeldByAll)),
        .. Victims(0, 2).Select(at => new ClusterCrash($"store of a large file, at {at}", 3, Victim(at), run => StoreAsync(run, Large), StoredLarge, HeldByAll)),
        .. Victims(0, 2).Select(at => new ClusterCrash($"delete, at {at}", 3, Then(Victim(at), run => StoreAsync(run, Small)), DeleteAsync, Deleted, DeletedByAll)),
        .. Victims(0, 2).Select(at => new ClusterCrash($"mend, at {at}", 3, Then(Victim(at), PlantAsync(0, 1)), ReconcileAsync, run => Holders(run, 2), HeldByAll)),
        .. Victims(0, 2).Select(at => new ClusterCrash($"replace a losing version, at {at}", 3, Then(Victim(at), ClashAsync), ReconcileAsync, NeitherVersionLost, LoserIsAside)),
        .. Victims(0, 3).Select(at => new ClusterCrash($"drop a stray, at owner {at} (3 is none)", 4, StrayAsync(at), ReconcileAsync, DroppedWhenConfirmed, HeldByOwners)),
        .. Victims(0, 2).Select(at => new ClusterCrash($"restore, at {at}", 3, Then(Victim(at), AsideAsync), RestoreAsync, AsideUntilHeld, HeldOrAside) { Finish = RestoreAsync }),
        .. Victims(0, 3).Select(at => new ClusterCrash($"drain of 3, at {at}", 4, Then(Victim(at), DrainAsync), ReconcileAsync, NothingLost, Drained)),
        .. Victims(0, 1).Select(at => new ClusterCrash($"expiry, at {at}", 3, Then(ExpiredAsync, Victim(at)), ExpireAsync, Deleted, DeletedByAll) { Finish = ExpireAsync, IsTimed = true }),
        .. Victims(0, 2).Select(at => new ClusterCrash($"forget a delete, at {at}", 3, Then(Victim(at), ForgottenAsync), DayAsync, Forgotten, NothingBack) { IsTimed = true }),
        .. Victims(0, 1).Select(at => new ClusterCrash($"change of membership, at {at}", 3, Victim(at), ChangeAsync, _ => [], ChangeIsKept)),
    ];

    private static int[] Victims(params int[] at) => at;

    private static Func<CrashingCluster, Task> Victim(int at) => run =>
    {
        run.Victim = at;
        return Task.CompletedTask;
    };

    private static Func<CrashingCluster, Task> Then(params Func<CrashingCluster, Task>[] steps) => async run =>
    {
        foreach (var step in steps)
        {
            await step(run);
        }
    };

    private static async Task StoreAsync(CrashingCluster run, byte[] content) => run.File = (await run[0].StoreAsync(content)).Id;

    private static async Task DeleteAsync(CrashingCluster run) => await run[0].Files.DeleteAsync(run.File);

    private static Task ReconcileAsync(CrashingCluster run) => run.Machines.ReconcileAsync();

    private static Func<CrashingCluster, Task> PlantAsync(params int[] at) => async run =>
    {
        run.File = FileId.New();
        foreach (var index in at)
        {
            await run.PlantAsync(index, run.File, Planted);
        }
    };

    private static async Task ClashAsync(CrashingCluster run)
    {
        run.File = FileId.New();
        await run.PlantAsync(0, run.File, Pair.Smaller);
        await run.PlantAsync(1, run.File, Pair.Smaller);
        await run.PlantAsync(2, run.File, Pair.Larger);
    }

    private static Func<CrashingCluster, Task> StrayAsync(int victim) => async run =>
    {
        run.File = FileId.New();
        var order = run.Order(run.File);
        await run.PlantAsync(order[3], run.File, Planted);
        run.Victim = order[victim];
    };

    private static async Task AsideAsync(CrashingCluster run)
    {
        await PlantAsync(2)(run);
        await run.StoreOf(2).SetAsideAsync(run.StoreOf(2).Find(run.File)!.Value, SetAsideReason.Unknown, () => true);
    }

    private static async Task RestoreAsync(CrashingCluster run) => await run[2].Cluster.RestoreAsync(run.File, Planted.Record.Version);

    private static async Task DrainAsync(CrashingCluster run)
    {
        run.Files = await run[0].StoreManyAsync(3);
        await run[0].Cluster.ApplyAsync(MembershipChange.Drain(run[3].Id));
        await run.Machines.SettleAsync();
    }

    private static async Task ExpiredAsync(CrashingCluster run)
    {
        run.File = (await run[0].StoreAsync(Small, new StoreOptions { ExpiresAfter = TimeSpan.FromHours(1) })).Id;
        await run.Time.AdvanceAsync(TimeSpan.FromHours(2));
        await run.Machines.SettleAsync();
    }

    private static async Task ExpireAsync(CrashingCluster run)
    {
        foreach (var machine in run.Machines.Machines)
        {
            await machine.Running.Expirer.StepAsync(CancellationToken.None);
        }
    }

    /// <summary>Until the delete is out of all digests; a day later it goes from the disks.</summary>
    private static async Task ForgottenAsync(CrashingCluster run)
    {
        await StoreAsync(run, Small);
        await DeleteAsync(run);
        for (var days = 0; days < 10 && !Enumerable.Range(0, 3).All(index => run.StoreOf(index).Find(run.File) is { IsForgotten: true }); days++)
        {
            await DayAsync(run);
        }
    }

    private static async Task DayAsync(CrashingCluster run)
    {
        await run.Time.AdvanceAsync(TimeSpan.FromHours(25));
        await run.Machines.ReconcileAsync();
    }

    private static async Task ChangeAsync(CrashingCluster run) => await run[0].Cluster.ApplyAsync(MembershipChange.Drain(run[2].Id));

    private static IEnumerable<string> Stored(CrashingCluster run) => If(!run.IsAcknowledged, "the store failed with two machines that work").Concat(Holders(run, 2));

    private static IEnumerable<string> StoredLarge(CrashingCluster run) => Stored(run).Concat(SegmentsOf(run, 2));

    /// <summary>Every segment whose replica is on any disk is on enough of them.</summary>
    private static IEnumerable<string> SegmentsOf(CrashingCluster run, int least)
    {
        var segments = Enumerable.Range(0, run.Machines.Machines.Count).SelectMany(index => run.PictureOf(index).In("replicas").Select(path => Path.GetFileName(path)!)).CountBy(name => name).ToList();
        return segments.Where(segment => segment.Value < least).Select(segment => $"{segment.Key} is on {segment.Value} disks only").Concat(If(segments.Count != 3, $"{segments.Count} files instead of two segments and a record"));
    }

    private static IEnumerable<string> Holders(CrashingCluster run, int least) =>
        If(run.With(run.File, Replica).Length < least, $"{run.With(run.File, Replica).Length} disks hold the file").Concat(If(run.Contents(run.File, Replica) != 1, "two contents"));

    private static IEnumerable<string> HeldByAll(CrashingCluster run) => Holders(run, 3).Concat(If(run.With(run.File, Tombstone).Length > 0, "a delete that nobody asked for"));

    private static IEnumerable<string> Deleted(CrashingCluster run) =>
        If(run.IsAcknowledged && run.With(run.File, Tombstone).Length < 2, "an acknowledged delete is on too few disks")
            .Concat(If(run.With(run.File, Tombstone).Intersect(run.With(run.File, Replica)).Any(), "a disk has both"))
            .Concat(If(run.With(run.File, Tombstone).Union(run.With(run.File, Replica)).Count() != 3, "a disk has neither"));

    private static IEnumerable<string> DeletedByAll(CrashingCluster run) =>
        run.IsAcknowledged ? If(run.With(run.File, Tombstone).Length < 3 || run.With(run.File, Replica).Length > 0, "it is not deleted everywhere") : [];

    private static IEnumerable<string> NeitherVersionLost(CrashingCluster run) =>
        If(!run.With(run.File, Replica).Contains(0) || !run.With(run.File, Replica).Contains(1), "the winner is lost")
            .Concat(If(!run.With(run.File, Aside).Contains(2) && !(run.With(run.File, Replica).Contains(2) && run.Contents(run.File, Replica) == 2), "the loser is lost"));

    private static IEnumerable<string> LoserIsAside(CrashingCluster run) => HeldByAll(run).Concat(If(run.With(run.File, Aside) is not [2] || run.Contents(run.File, Aside) != 1, "the loser is not aside"));

    private static IEnumerable<string> DroppedWhenConfirmed(CrashingCluster run)
    {
        var (order, holders) = (run.Order(run.File), run.With(run.File, Replica));
        return If(!holders.Contains(order[3]) && order.Take(3).Except(holders).Any(), "it was let go of, and an owner has no copy").Concat(If(run.Contents(run.File, Replica) != 1, "two contents"));
    }

    private static IEnumerable<string> HeldByOwners(CrashingCluster run) =>
        If(!run.With(run.File, Replica).Order().SequenceEqual(run.Order(run.File).Take(3).Order()), $"held by {string.Join(',', run.With(run.File, Replica))}");

    private static IEnumerable<string> AsideUntilHeld(CrashingCluster run) =>
        If(run.With(run.File, Aside).Length == 0 && run.With(run.File, Replica).Length < 2, "neither aside nor held by enough").Concat(If(run.IsAcknowledged && run.With(run.File, Replica).Length < 2, "held by too few"));

    private static IEnumerable<string> HeldOrAside(CrashingCluster run) => HeldByAll(run).Concat(If(run.With(run.File, Aside).Length > 0, "still aside"));

    private static IEnumerable<string> NothingLost(CrashingCluster run) => run.Files.SelectMany(id =>
        If(run.With(id, Replica).Length < 3, $"{id} is on {run.With(id, Replica).Length} disks").Concat(If(run.Contents(id, Replica) != 1, "two contents")));

    private static IEnumerable<string> Drained(CrashingCluster run) => NothingLost(run).Concat(If(run.PictureOf(3).In("replicas").Any(), "the drained disk still holds something"));

    private static IEnumerable<string> NothingBack(CrashingCluster run) => If(run.With(run.File, Replica).Length > 0, "it is back");

    private static IEnumerable<string> Forgotten(CrashingCluster run) =>
        NothingBack(run).Concat(If(run.IsAcknowledged && run.With(run.File, Tombstone).Except([run.Victim]).Any(), "it is not forgotten"));

    private static IEnumerable<string> ChangeIsKept(CrashingCluster run)
    {
        var wanted = run.Machines.Machines.Select(machine => machine.Running.Membership.View.Map.Entries[run[2].Id].Wanted.Value).Distinct().ToList();
        return If(wanted.Count != 1 || (run.IsAcknowledged && wanted[0] != WantedState.Draining), $"machines want {string.Join(" and ", wanted)}");
    }

    private static IEnumerable<string> If(bool isWrong, string what) => isWrong ? [what] : [];
}
