using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

public sealed class StatusTests
{
    [Test]
    public async Task Status_tells_numbers_machines_and_addresses_that_never_answered()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options =>
        {
            options.OtherPeers.Add("memory://never");
            options.ConfigureMachine = (index, machine) => (machine.Zone, machine.Weight) = ($"zone-{index}", index + 1);
        });

        var status = cluster[1].Cluster.Status;
        Assert.Multiple(() =>
        {
            Assert.That((status.Name, status.Self, status.Members, status.Copies, status.WriteQuorum), Is.EqualTo(("lightdfs", (MachineId?)cluster[1].Id, 4, 3, 2)));
            Assert.That(status.Machines.Take(3).Select(machine => machine.Id), Is.EqualTo(cluster.Machines.Select(machine => (MachineId?)machine.Id).Order()));
            Assert.That(status.Machines.Take(3).Select(machine => machine.State), Is.All.EqualTo(MachineState.Up));
            Assert.That(status.Machines.Take(3).Select(machine => machine.OwnedPartitions), Is.All.EqualTo(65_536));
            Assert.That(status.Machines.Single(machine => machine.Id == cluster[2].Id).Zone, Is.EqualTo("zone-2"));
            Assert.That(status.Machines.Single(machine => machine.Id == cluster[2].Id).Weight, Is.EqualTo(3));
            Assert.That(status.Machines.Single(machine => machine.IsSelf).Id, Is.EqualTo(cluster[1].Id));
        });
        var never = status.Machines[3];
        Assert.That((never.Id, never.State, never.Addresses[0]), Is.EqualTo(((MachineId?)null, MachineState.NeverAnswered, "memory://never")));
        Assert.That(never.Why, Does.Contain("nobody listens there"));
    }

    [Test]
    public async Task Status_of_a_machine_that_was_not_asked_to_meet_anyone_says_why_it_is_not_ready()
    {
        await using var cluster = LightDfsTestCluster.Create();
        await cluster[0].StartAsync();

        var status = cluster[0].Cluster.Status;

        Assert.That((status.IsReady, status.Self, status.ClusterId), Is.EqualTo((false, (MachineId?)null, (string?)null)));
        Assert.That(status.NotReadyBecause, Is.Not.Empty);
    }

    [Test]
    public async Task Failing_disk_is_among_the_problems()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(1);
        cluster[0].Store.Fail("The disk is broken by the test. Mend it.");

        Assert.That(cluster[0].Cluster.Status.Problems, Has.One.Contains("broken by the test"));
    }
}
