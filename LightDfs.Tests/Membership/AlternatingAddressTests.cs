using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>An address at which several living machines answer by turns reaches nobody in particular.</summary>
public sealed class AlternatingAddressTests
{
    private const string Balancer = "memory://balancer";

    [Test]
    public async Task Address_of_a_load_balancer_is_reported_and_not_used()
    {
        await using var cluster = LightDfsTestCluster.Create(3, options => options.OtherPeers.Add(Balancer));
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        cluster.Network.Attach(Balancer, new ByTurns([.. cluster.Machines.Select(machine => machine.Running.PeerHandler)]));

        for (var round = 0; round < 60; round++)
        {
            foreach (var machine in cluster.Machines)
            {
                await machine.MeetPeersAsync();
            }
        }

        foreach (var machine in cluster.Machines)
        {
            Assert.That(machine.Cluster.Status.Problems, Has.One.EqualTo(
                $"Several living machines answer at '{Balancer}' by turns, as behind a load balancer, so the address is not used. List each machine by an address of its own."));
            Assert.That(machine.Running.Directory.All.Select(peer => peer.View.Address), Has.None.EqualTo(Balancer));
            Assert.That(machine.Cluster.Status.Machines.Where(known => known.Id is not null).Select(known => known.State), Is.All.EqualTo(MachineState.Up));
        }
        Assert.That((await cluster[0].Files.StoreAsync(new MemoryStream([4]))).Copies, Is.EqualTo(3));
    }

    [Test]
    public void Runs_that_follow_each_other_at_an_address_are_no_alternation()
    {
        var sightings = new Sightings(new Problems(TimeProvider.System, NullLogger<Problems>.Instance), TimeProvider.System);

        Assert.That(new ulong[] { 1, 1, 2, 2, 3, 4, 5 }.Select(incarnation => sightings.Refuse(Balancer, incarnation)), Is.All.Null);
    }

    [Test]
    public void Address_is_used_again_when_one_machine_answered_there_for_a_while()
    {
        var time = new FakeTimeProvider();
        var problems = new Problems(time, NullLogger<Problems>.Instance);
        var sightings = new Sightings(problems, time);
        foreach (var incarnation in new ulong[] { 1, 2, 1 })
        {
            sightings.Refuse(Balancer, incarnation);
        }
        Assert.That(sightings.Refuse(Balancer, 1), Does.Contain("by turns"));
        Assert.That(problems.All, Has.Count.EqualTo(1));

        time.Advance(ControlTimeouts.Memory + TimeSpan.FromSeconds(1));

        Assert.That(sightings.Refuse(Balancer, 1), Is.Null);
        Assert.That(problems.All, Is.Empty);
    }

    private sealed class ByTurns(IReadOnlyList<IPeerHandler> handlers) : IPeerHandler
    {
        private readonly Lock _lock = new();
        private readonly Random _random = new(1);

        public ValueTask<PeerReply> HandleAsync(PeerRequest request, PeerConnection connection, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                return handlers[_random.Next(handlers.Count)].HandleAsync(request, connection, cancellationToken);
            }
        }
    }
}
