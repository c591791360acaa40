using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Merges that are refused, each with its reason, by whichever side knows it; nothing is changed then.</summary>
public sealed class RefusedMergeTests
{
    [Test]
    public async Task Settings_that_differ_are_refused_with_the_option()
    {
        await using var two = await TwoClusters.StartAsync(1, 1, 1, options => options.ConfigureMachine = (index, machine) => machine.Replicas = index == 0 ? 3 : 2);

        await RefusedAsync(two, two.Merge, "LightDfs:Replicas 2 (here 3)");
    }

    [Test]
    public async Task Settings_of_a_machine_behind_the_contact_count_too()
    {
        await using var two = await TwoClusters.StartAsync(1, 3, 1, options => options.ConfigureMachine = (index, machine) => machine.SegmentSize = index == 3 ? 1 << 20 : 8 << 20);

        await RefusedAsync(two, two.Merge, "LightDfs:SegmentSize");
    }

    [Test]
    public async Task Address_where_nobody_answers_is_refused()
    {
        await using var two = await TwoClusters.StartAsync(1, 1, 1);

        await RefusedAsync(two, MembershipChange.MergeInto("memory://nobody"), "The other cluster is not reached.");
        await RefusedAsync(two, MembershipChange.MergeInto("no address"), "is no address");
    }

    [Test]
    public async Task Own_address_own_cluster_and_another_cluster_than_meant_are_refused()
    {
        await using var two = await TwoClusters.StartAsync(2, 1, 1);

        await RefusedAsync(two, MembershipChange.MergeInto(two.Ours[0].Address), "is this machine's own address");
        await RefusedAsync(two, MembershipChange.MergeInto(two.Ours[1].Address), "belongs to this cluster already");
        await RefusedAsync(two, MembershipChange.MergeInto(two.Theirs[0].Address, new string('a', 32)), $"belongs to cluster {two.Theirs[0].Cluster.Status.ClusterId}, not to aaaa");
    }

    [Test]
    public async Task Machine_that_both_remember_is_refused()
    {
        await using var two = await TwoClusters.StartAsync(2, 1, 1);
        var shared = two.Ours[1].Id;
        await two.Theirs[0].Running.Membership.ChangeAsync(map => map.WithSelf(shared, Maps.SelfOf(["memory://elsewhere"])), CancellationToken.None);

        await RefusedAsync(two, two.Merge, $"Both clusters remember machine '{shared}'");
    }

    [Test]
    public async Task Removed_machine_neither_gives_the_command_nor_takes_it()
    {
        await using var two = await TwoClusters.StartAsync(2, 2, 1);
        await two.Ours[1].Cluster.ApplyAsync(MembershipChange.Drain(two.Ours[0].Id));
        await two.All.ReconcileAsync();
        await two.Ours[1].Cluster.ApplyAsync(MembershipChange.Remove(two.Ours[0].Id));
        await two.All.SettleAsync();

        await RefusedAsync(two, two.Merge, $"Machine '{two.Ours[0].Id}' was removed from its cluster");
        await RefusedAsync(two, MembershipChange.MergeInto(two.Ours[0].Address), "was removed from its cluster. Name another one", two.Theirs[0]);
    }

    [Test]
    public async Task Cluster_whose_earlier_merge_is_under_way_is_refused()
    {
        await using var two = await TwoClusters.StartAsync(1, 2, 1);
        var third = two.All.AddMachine("memory://third");
        third.Peers = [third.Address];
        await third.StartAsync();
        await third.MeetPeersAsync();
        await third.StoreAsync([1]);
        // It answers, but cannot keep what it hears.
        two.Theirs[1].Store.Fail("The disk failed.");
        await two.Theirs[0].Cluster.ApplyAsync(MembershipChange.MergeInto(third.Address));

        await RefusedAsync(two, MembershipChange.MergeInto(two.Ours[0].Address), "An earlier merge is under way", two.Theirs[0]);
        await RefusedAsync(two, two.Merge, "An earlier merge is under way");
        await two.Theirs[1].StopAsync();
        await two.Theirs[1].StartAsync();
        await two.All.SettleAsync();
        Assert.That((await two.Ours[0].Cluster.PlanAsync(two.Merge)).Refusals, Is.Empty);
    }

    [Test]
    public async Task Machine_that_the_other_cluster_does_not_reach_is_refused()
    {
        await using var two = await TwoClusters.StartAsync(1, 1, 1);
        two.All.Network.Cut(two.Theirs[0].Address, two.Ours[0].Address);

        await RefusedAsync(two, two.Merge, "does not answer this one at any of its addresses");
    }

    [Test]
    public async Task Disk_of_the_other_cluster_that_does_not_keep_it_refuses_it()
    {
        await using var two = await TwoClusters.StartAsync(1, 1, 1);
        two.Theirs[0].Store.Fail("The disk failed.");

        await RefusedAsync(two, two.Merge, "and did not take it: ");
    }

    private static async Task RefusedAsync(TwoClusters two, MembershipChange change, string reason, TestMachine? asked = null)
    {
        var maps = two.All.Machines.Select(machine => machine.Running.Membership.View.Map).ToList();
        var thrown = await Assert.ThrowsAsync<MembershipChangeRefusedException>(() => (asked ?? two.Ours[0]).Cluster.ApplyAsync(change));

        Assert.That(thrown!.Message, Does.Contain(reason));
        Assert.That(thrown.Plan.Refusals, Is.Not.Empty);
        Assert.That(two.All.Machines.Select(machine => machine.Running.Membership.View.Map), Is.EqualTo(maps), "nothing was changed");
    }
}
