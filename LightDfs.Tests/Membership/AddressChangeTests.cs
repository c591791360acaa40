using LightDfs.Membership;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Identity outlives the address: machines that move are recognised by their ids, wherever the lists say they are.</summary>
public sealed class AddressChangeTests
{
    private const string NewAddress = "memory://moved";

    [Test]
    public async Task Machine_restarted_at_another_address_with_unchanged_lists_is_served_within_two_heartbeats()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));
        await MoveAsync(cluster, cluster[2], NewAddress);

        for (var beat = 0; beat < 2; beat++)
        {
            foreach (var machine in cluster.Machines)
            {
                await machine.MeetPeersAsync();
            }
        }

        foreach (var machine in cluster.Machines.Take(2))
        {
            var moved = machine.Cluster.Status.Machines.Single(known => known.Id == cluster[2].Id);
            Assert.That((moved.State, moved.Addresses[0], machine.Cluster.Status.Members), Is.EqualTo((MachineState.Up, NewAddress, 3)));
        }
        Assert.That(cluster[2].Cluster.Status.IsReady, Is.True);
        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([4]))).Copies, Is.EqualTo(3));
        Assert.That((await cluster[2].Files.FindAsync(stored.Id))!.Id, Is.EqualTo(stored.Id));
    }

    [Test]
    public async Task Machine_that_moved_keeps_its_id()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = cluster[2].Id;

        await MoveAsync(cluster, cluster[2], NewAddress);
        await cluster.SettleAsync();

        Assert.That(cluster[2].Id, Is.EqualTo(id));
    }

    [Test]
    public async Task Address_that_a_machine_had_before_does_not_count_as_a_missing_member_after_restarts()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await MoveAsync(cluster, cluster[2], NewAddress);
        await cluster.SettleAsync();
        foreach (var machine in cluster.Machines.Take(2))
        {
            await machine.StopAsync();
            await machine.StartAsync();
        }

        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Select(machine => (machine.Cluster.Status.Members, machine.Cluster.Status.IsReady)), Is.All.EqualTo((3, true)));
    }

    [Test]
    public async Task Machine_that_finds_itself_under_its_own_lists_new_address_tells_the_others()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        cluster[2].MoveTo(NewAddress);
        cluster[2].Peers = [cluster[0].Address, cluster[1].Address, NewAddress];
        await cluster[2].StartAsync();

        await cluster.SettleAsync();

        Assert.That(cluster[0].Running.Directory.Of(cluster[2].Id).View.Address, Is.EqualTo(NewAddress));
        Assert.That(cluster.Machines.Select(machine => machine.Cluster.Status.Members), Is.All.EqualTo(3));
    }

    [Test]
    public async Task Machine_behind_wildcards_that_moved_is_reached_at_its_advertised_address()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        cluster[2].MoveTo(NewAddress);
        cluster[2].Options.AdvertisedAddress = NewAddress;
        await cluster[2].StartAsync();

        await cluster.SettleAsync();

        Assert.That(cluster[0].Running.Directory.Of(cluster[2].Id).View.Address, Is.EqualTo(NewAddress));
    }

    [Test]
    public async Task Machine_behind_wildcards_that_moved_says_that_it_needs_an_advertised_address()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        cluster[2].MoveTo(NewAddress);
        await cluster[2].StartAsync();

        await cluster.SettleAsync();

        Assert.That(cluster[2].Cluster.Status.Problems, Has.One.Contains("set LightDfs:AdvertisedAddress"));
    }

    [TestCase("memory://nowhere")]
    [TestCase("memory://machine-1")]
    public async Task Working_address_is_not_given_up_for_one_that_was_only_announced(string announced)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        await cluster[2].StopAsync();
        cluster[2].Options.AdvertisedAddress = announced;
        await cluster[2].StartAsync();

        await cluster.SettleAsync();

        foreach (var machine in cluster.Machines.Take(2))
        {
            Assert.That(machine.Running.Directory.Of(cluster[2].Id).View, Has.Property("Address").EqualTo(cluster[2].Address).And.Property("State").EqualTo(MachineState.Up));
        }
        Assert.That(cluster[1].Running.Directory.Of(cluster[0].Id).View.Address, Is.EqualTo(cluster[0].Address));
        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([4]))).Copies, Is.EqualTo(3));
    }

    [Test]
    public async Task Two_machines_that_swap_addresses_are_recognised_by_their_ids()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream([1, 2, 3]));
        var (one, other) = (cluster[1].Address, cluster[2].Address);
        var ids = cluster.Machines.Select(machine => machine.Id).ToList();
        await cluster[1].StopAsync();
        await cluster[2].StopAsync();
        cluster[1].MoveTo(other);
        cluster[2].MoveTo(one);
        await cluster[1].StartAsync();
        await cluster[2].StartAsync();

        await cluster.SettleAsync();

        Assert.That(cluster.Machines.Select(machine => machine.Id), Is.EqualTo(ids));
        Assert.That(cluster[0].Running.Directory.Of(ids[1]).View, Has.Property("Address").EqualTo(other).And.Property("State").EqualTo(MachineState.Up));
        Assert.That(cluster[0].Running.Directory.Of(ids[2]).View, Has.Property("Address").EqualTo(one).And.Property("State").EqualTo(MachineState.Up));
        Assert.That(cluster.Machines.Select(machine => (machine.Cluster.Status.IsReady, machine.Cluster.Status.Members)), Is.All.EqualTo((true, 3)));
        Assert.That(cluster.Machines.SelectMany(machine => machine.Cluster.Status.Problems), Is.Empty);
        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([4]))).Copies, Is.EqualTo(3));
        Assert.That((await cluster[2].Files.FindAsync(stored.Id))!.Id, Is.EqualTo(stored.Id));
    }

    [Test]
    public async Task Machines_that_swap_addresses_while_they_run_learn_their_new_ones()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        cluster.Network.Attach(cluster[1].Address, cluster[2].Running.PeerHandler);
        cluster.Network.Attach(cluster[2].Address, cluster[1].Running.PeerHandler);

        await cluster.SettleAsync();

        Assert.That(cluster[1].Cluster.Status.Machines.Single(machine => machine.IsSelf).Addresses[0], Is.EqualTo(cluster[2].Address));
        Assert.That(cluster[2].Cluster.Status.Machines.Single(machine => machine.IsSelf).Addresses[0], Is.EqualTo(cluster[1].Address));
    }

    [Test]
    public void Introduction_is_read_as_it_was_written_and_refused_when_it_was_cut()
    {
        var introduction = new Introduction([new("memory://a", true), new("memory://b", false)]);
        var bytes = introduction.Encode();

        Assert.That(Introduction.Decode(bytes.Span)!.Addresses, Is.EqualTo(introduction.Addresses));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(Introduction.Decode(bytes.Span[..length]), Is.Null);
        }
        Assert.That(Introduction.Decode(new Introduction([.. Enumerable.Range(0, 17).Select(number => new AnnouncedAddress($"memory://{number}", false))]).Encode().Span), Is.Null);
    }

    private static async Task MoveAsync(LightDfsTestCluster cluster, TestMachine machine, string address)
    {
        await machine.StopAsync();
        await cluster[0].MeetPeersAsync();
        machine.MoveTo(address);
        machine.KnowsItsAddress = true;
        await machine.StartAsync();
    }
}
