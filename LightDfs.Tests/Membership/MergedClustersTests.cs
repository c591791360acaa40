using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Two clusters that both hold files become one when an operator says so, whoever is down, and whatever breaks in the middle.</summary>
public sealed class MergedClustersTests
{
    [TestCase(3, 3)]
    [TestCase(2, 3)]
    [TestCase(3, 2)]
    [TestCase(1, 1)]
    public async Task Merged_clusters_are_one_with_all_files_and_all_copies(int ours, int theirs)
    {
        await using var two = await TwoClusters.StartAsync(ours, theirs);
        var successor = two.Theirs[0].Cluster.Status.ClusterId;

        await two.Ours[0].Cluster.ApplyAsync(two.Merge);

        await two.AssertNothingIsDeniedAsync(two.All.Machines, two.Files.Keys);
        await two.AssertMergedAsync(successor);
        two.Files.Add((await two.Ours[0].StoreAsync([1, 2, 3])).Id, [1, 2, 3]);
        foreach (var machine in two.All.Machines)
        {
            await machine.StopAsync();
        }
        foreach (var machine in two.All.Machines)
        {
            await machine.StartAsync();
        }
        await two.AssertMergedAsync(successor);
    }

    [Test]
    public async Task Plan_says_what_would_move_from_both_and_changes_nothing()
    {
        await using var two = await TwoClusters.StartAsync();
        var before = two.All.Machines.Select(machine => machine.Running.Membership.View.Map).ToList();

        var plan = await two.Ours[1].Cluster.PlanAsync(two.Merge);

        Assert.That(plan.Refusals, Is.Empty);
        Assert.That(plan.LowestCopies, Is.EqualTo(3));
        Assert.That(two.All.Machines.Select(machine => machine.Running.Membership.View.Map), Is.EqualTo(before));
        await two.Ours[1].Cluster.ApplyAsync(two.Merge);
        await two.All.SettleAsync();
        var sent = two.Files.Keys.Sum(id => two.All.PreferenceOf(id).Take(3).Except(two.All.HoldersOf(id)).Count());
        Assert.That(plan.Moves.Sum(move => move.Replicas), Is.EqualTo(sent).And.Positive);
        Assert.That(plan.TotalBytes, Is.EqualTo(500 * sent));
        Assert.That(plan.Moves.Select(move => two.Ours.Exists(machine => machine.Id == move.From)).Distinct().Count(), Is.EqualTo(2), "both clusters send");
    }

    [Test]
    public async Task Opposite_commands_at_once_converge()
    {
        await using var two = await TwoClusters.StartAsync();
        var smaller = two.All.Machines.Select(machine => machine.Cluster.Status.ClusterId).Min(StringComparer.Ordinal);
        var (both, arrived) = (new TaskCompletionSource(), 0);
        two.All.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Merge)
            {
                // Neither has heard of the other's command when it gives its own.
                if (Interlocked.Increment(ref arrived) == 2)
                {
                    both.SetResult();
                }
                await both.Task.WaitAsync(ClusterSteps.Guard, cancellationToken);
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        await Task.WhenAll(
            two.Ours[0].Cluster.ApplyAsync(MembershipChange.MergeInto(two.Theirs[0].Address)),
            two.Theirs[0].Cluster.ApplyAsync(MembershipChange.MergeInto(two.Ours[0].Address)));

        await two.AssertMergedAsync(smaller);
    }

    [Test]
    public async Task One_cluster_merged_into_two_others_at_once_makes_one_of_all()
    {
        await using var cluster = LightDfsTestCluster.Create(3);
        var files = new List<FileId>();
        foreach (var machine in cluster.Machines)
        {
            machine.Peers = [machine.Address];
            await machine.StartAsync();
        }
        await cluster.SettleAsync();
        foreach (var machine in cluster.Machines)
        {
            files.Add((await machine.StoreAsync([1, 2, 3])).Id);
        }

        await cluster[0].Cluster.ApplyAsync(MembershipChange.MergeInto(cluster[1].Address));
        await cluster[1].Cluster.ApplyAsync(MembershipChange.MergeInto(cluster[2].Address));
        await cluster.ReconcileAsync();

        Assert.That(cluster.Machines.Select(machine => (machine.Cluster.Status.ClusterId, machine.Cluster.Status.Members)).Distinct().Single(), Is.EqualTo((cluster[2].Cluster.Status.ClusterId, 3)));
        foreach (var machine in cluster.Machines)
        {
            Assert.That(files.Select(id => machine.StateOf(id)), Is.All.EqualTo(ReplicaState.Present));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Machine_that_was_down_finds_the_merge_when_it_comes_back(bool ofTheirs)
    {
        await using var two = await TwoClusters.StartAsync();
        var successor = two.Theirs[0].Cluster.Status.ClusterId;
        var sleeper = ofTheirs ? two.Theirs[2] : two.Ours[2];
        await sleeper.StopAsync();
        await two.All.SettleAsync();

        var plan = await two.Ours[0].Cluster.ApplyAsync(two.Merge);
        await two.All.SettleAsync();

        Assert.That(plan.Warnings, Has.Some.Contains("They hear of the merge when they are back"));
        await Assert.ThrowsAsync<FileUnavailableException>(() => two.Ours[0].Files.FindAsync(FileId.New()));
        await sleeper.StartAsync();
        await two.AssertMergedAsync(successor);
    }

    [Test]
    public async Task Machine_that_comes_back_and_meets_only_unlisted_ones_of_the_others_finds_the_merge()
    {
        await using var two = await TwoClusters.StartAsync(files: 1);
        var sleeper = two.Ours[2];
        foreach (var machine in two.Theirs)
        {
            await machine.StopAsync();
            // No list that counts for the sleeper names it, not even its own.
            machine.Peers = [.. two.Theirs.Where(other => other != machine).Select(other => other.Address)];
            machine.KnowsItsAddress = true;
            await machine.StartAsync();
        }
        await two.All.SettleAsync();
        await sleeper.StopAsync();
        await two.All.SettleAsync();
        await two.Ours[0].Cluster.ApplyAsync(two.Merge);
        await two.All.ReconcileAsync();
        two.Ours[0].TakeDown();
        two.Ours[1].TakeDown();
        await sleeper.StartAsync();

        await two.All.SettleAsync();

        Assert.That(sleeper.Cluster.Status.ClusterId, Is.EqualTo(two.Theirs[0].Cluster.Status.ClusterId), "their heartbeats go where it was before");
        two.Ours[0].BringUp();
        two.Ours[1].BringUp();
        await sleeper.StopAsync();
        sleeper.MoveTo("memory://moved");
        sleeper.KnowsItsAddress = true;
        await sleeper.StartAsync();
        await two.All.SettleAsync();
        Assert.That(two.Theirs[0].Cluster.Status.Machines.Single(machine => machine.Id == sleeper.Id).State, Is.EqualTo(MachineState.Up));
    }

    [Test]
    public async Task Nothing_is_denied_while_the_merge_spreads_machine_by_machine()
    {
        await using var two = await TwoClusters.StartAsync(2, 3, files: 2, options => options.ConfigureMachine = (_, machine) => machine.Replicas = 2);
        var (ours, theirs) = (two.Files.Keys.Where(id => two.Ours.Exists(machine => machine.StateOf(id) is not null)).ToList(), two.Files.Keys.Where(id => two.Theirs.Exists(machine => machine.StateOf(id) is not null)).ToList());
        CutAllBut(null);

        await two.Ours[0].Cluster.ApplyAsync(two.Merge);

        // From here on a machine that has heard denies no file of either.
        foreach (var next in new[] { two.Ours[1], two.Theirs[1], two.Theirs[2] })
        {
            var heard = two.All.Machines.Where(HasHeard).ToList();
            Assert.That(heard, Does.Not.Contain(next));
            await two.AssertNothingIsDeniedAsync(heard, two.Files.Keys);
            await two.AssertNothingIsDeniedAsync(two.Ours, ours);
            await two.AssertNothingIsDeniedAsync(two.Theirs, theirs);
            CutAllBut(next);
            await two.Ours[0].MeetPeersAsync();
            CutAllBut(null);
        }

        two.All.Network.MendAll();
        await two.AssertMergedCopiesAsync(2);

        bool HasHeard(TestMachine machine) => machine.Cluster.Status.ClusterId == two.Theirs[0].Cluster.Status.ClusterId && machine.Running.Membership.View.Members == 5;

        // Only the two that the command concerns, those that have heard, and one that is to hear reach each other. Those that have not still reach their own.
        void CutAllBut(TestMachine? next)
        {
            two.All.Network.MendAll();
            foreach (var machine in two.All.Machines.Where(machine => machine != next && machine != two.Ours[0] && machine != two.Theirs[0] && !HasHeard(machine)))
            {
                foreach (var other in two.All.Machines.Where(other => other != machine && (HasHeard(other) || other == two.Ours[0] || other == two.Theirs[0] || other == next)))
                {
                    two.All.Network.CutBetween(machine.Address, other.Address);
                }
            }
        }
    }

    [Test]
    public async Task Machine_that_has_not_heard_proves_no_absence_once_another_one_of_its_cluster_has()
    {
        await using var two = await TwoClusters.StartAsync(2, 2, files: 3);
        var theirFile = two.Files.Keys.First(id => two.Theirs.Exists(machine => machine.StateOf(id) is not null));
        // Beats do not come through: they would tell everybody at once.
        two.All.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() is Operation.Heartbeat or Operation.Membership && (exchange.To == two.Ours[1].Address || exchange.From == two.Ours[1].Address)
            ? throw exchange.Lost("A heartbeat")
            : exchange.DeliverAsync(exchange.Request, cancellationToken);

        await two.Ours[0].Cluster.ApplyAsync(two.Merge);

        Assert.That(two.Ours[1].Running.Membership.View.Members, Is.EqualTo(2));
        await Assert.ThrowsAsync<FileUnavailableException>(() => two.Ours[1].Files.FindAsync(theirFile));
        two.All.Network.Interceptor = null;
        await two.Ours[1].MeetPeersAsync();
        Assert.That(await two.Ours[1].ReadAsync(theirFile), Is.EqualTo(two.Files[theirFile]));
    }

    [Test]
    public async Task Deleted_in_either_stays_deleted_also_when_who_slept_through_it_comes_back()
    {
        await using var two = await TwoClusters.StartAsync(files: 1);
        var deleted = new List<FileId>();
        foreach (var side in new[] { two.Ours, two.Theirs })
        {
            // In the ring of both, of the machines that have it now only the sleeper owns it: those that know of the delete do not.
            deleted.Add(await two.StoreOwnedByOnlyAsync(side));
        }
        var sleepers = new[] { two.Ours[2], two.Theirs[2] };
        foreach (var sleeper in sleepers)
        {
            await sleeper.StopAsync();
        }
        await two.All.SettleAsync();
        await two.Ours[0].Files.DeleteAsync(deleted[0]);
        await two.Theirs[0].Files.DeleteAsync(deleted[1]);

        await two.Ours[0].Cluster.ApplyAsync(two.Merge);
        await two.All.SettleAsync();
        foreach (var sleeper in sleepers)
        {
            await sleeper.StartAsync();
        }
        await two.All.SettleAsync();

        await AllGoneAsync();
        await two.AssertMergedAsync();
        await AllGoneAsync();
        Assert.That(deleted.SelectMany(two.All.HoldersOf), Is.Empty);

        async Task AllGoneAsync()
        {
            foreach (var machine in two.All.Machines)
            {
                foreach (var id in deleted)
                {
                    Assert.That(await machine.Files.FindAsync(id), Is.Null, $"on '{machine.Address}'");
                }
            }
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Merge_whose_answer_is_lost_is_finished_by_the_other_cluster(bool isOtherKilled)
    {
        await using var two = await TwoClusters.StartAsync();
        var (merge, successor) = (two.Merge, two.Theirs[0].Cluster.Status.ClusterId);
        two.All.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            if (exchange.Asks() != Operation.Merge)
            {
                return reply;
            }
            await reply.DisposeAsync();
            throw exchange.Lost("The answer to a merge");
        };

        await Assert.ThrowsAsync<PeerUnreachableException>(() => two.Ours[0].Cluster.ApplyAsync(merge));

        two.All.Network.Interceptor = null;
        Assert.That(two.Ours[0].Cluster.Status.Members, Is.EqualTo(3));
        if (isOtherKilled)
        {
            await two.Theirs[0].KillAsync();
            await two.AssertNothingIsDeniedAsync(two.Ours, two.Files.Keys.Where(id => two.Ours.Exists(machine => machine.StateOf(id) is not null)));
            await two.Theirs[0].StartAsync();
        }
        await two.AssertMergedAsync(successor);
        var again = await Assert.ThrowsAsync<MembershipChangeRefusedException>(() => two.Ours[0].Cluster.ApplyAsync(merge));
        Assert.That(again!.Message, Does.Contain("belongs to this cluster already"));
    }

    [Test]
    public async Task Merge_that_does_not_arrive_changes_nothing()
    {
        await using var two = await TwoClusters.StartAsync();
        two.All.Network.Interceptor = (exchange, cancellationToken) => exchange.Asks() == Operation.Merge ? throw exchange.Lost("A merge") : exchange.DeliverAsync(exchange.Request, cancellationToken);
        var before = two.All.Machines.Select(machine => machine.Cluster.Status.ClusterId).ToList();

        await Assert.ThrowsAsync<PeerUnreachableException>(() => two.Ours[0].Cluster.ApplyAsync(two.Merge));
        await two.All.SettleAsync();

        Assert.That(two.All.Machines.Select(machine => machine.Cluster.Status.ClusterId), Is.EqualTo(before));
        two.All.Network.Interceptor = null;
        await two.Ours[0].Cluster.ApplyAsync(two.Merge);
        await two.AssertMergedAsync();
    }

    [Test]
    public async Task Machine_killed_between_its_map_and_its_marker_starts_as_one_of_the_successor()
    {
        await using var two = await TwoClusters.StartAsync();
        var (former, successor) = (two.Ours[0].Cluster.Status.ClusterId!, two.Theirs[0].Cluster.Status.ClusterId);
        await two.Ours[0].Cluster.ApplyAsync(two.Merge);
        var killed = two.Ours[0];
        await new DataDirectoryMarker(killed.Id, UInt128.Parse(former, System.Globalization.NumberStyles.HexNumber), true).SaveAsync(killed.Store, CancellationToken.None);
        await killed.KillAsync();

        await killed.StartAsync();

        Assert.That(killed.Cluster.Status.ClusterId, Is.EqualTo(successor));
        var marker = await DataDirectoryMarker.LoadAsync(killed.Store, CancellationToken.None);
        Assert.That($"{marker!.Cluster:x32}", Is.EqualTo(successor), "it is kept before anything is served");
        await two.AssertMergedAsync(successor);
    }

    [Test]
    public async Task Merge_that_this_machines_disk_does_not_keep_goes_on_without_it_and_is_taken_after_a_restart()
    {
        await using var two = await TwoClusters.StartAsync();
        var (failed, former, successor) = (two.Ours[0], two.Ours[0].Cluster.Status.ClusterId, two.Theirs[0].Cluster.Status.ClusterId);
        failed.Store.Fail("The disk failed.");

        await Assert.ThrowsAsync<StorageException>(() => failed.Cluster.ApplyAsync(two.Merge));
        foreach (var other in two.All.Machines.Where(machine => machine != failed))
        {
            await other.MeetPeersAsync();
        }

        Assert.That(failed.Cluster.Status.ClusterId, Is.EqualTo(former));
        Assert.That(two.Ours[1].Cluster.Status.ClusterId, Is.EqualTo(successor));
        await two.AssertNothingIsDeniedAsync(two.All.Machines, two.Files.Keys);
        await failed.StopAsync();
        await failed.StartAsync();
        await two.AssertMergedAsync(successor);
    }

    [Test]
    public async Task Kept_id_is_the_successors_when_the_command_returns()
    {
        await using var two = await TwoClusters.StartAsync(2, 2);

        await two.Ours[0].Cluster.ApplyAsync(two.Merge);

        foreach (var machine in two.All.Machines)
        {
            var marker = await DataDirectoryMarker.LoadAsync(machine.Store, CancellationToken.None);
            Assert.That($"{marker!.Cluster:x32}", Is.EqualTo(two.Theirs[0].Cluster.Status.ClusterId));
        }
    }

    [Test]
    public async Task Empty_machine_that_hears_a_former_id_first_does_not_adopt_it()
    {
        await using var two = await TwoClusters.StartAsync(1, 1);
        await two.Ours[0].Cluster.ApplyAsync(two.Merge);
        await two.AssertMergedAsync();
        var newcomer = two.All.AddMachine("memory://newcomer");

        await newcomer.StartAsync();
        await two.AssertMergedAsync(two.Theirs[0].Cluster.Status.ClusterId);
    }
}
