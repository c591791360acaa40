using LightDfs.Cluster;
using LightDfs.Repair.Mending;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

public sealed class RepairPaceTests
{
    private static readonly Action<ClientLoad, TimeSpan>[] Requests =
    [
        (load, took) => load.Stored(took),
        (load, took) => load.Opened(took, isHere: true),
        (load, took) => load.Opened(took, isHere: false),
    ];

    private readonly FakeTimeProvider _time = new();

    [TestCase(RepairSpeed.Gentle, 1, 3)]
    [TestCase(RepairSpeed.Normal, 2, 0)]
    [TestCase(RepairSpeed.Fast, 8, 0)]
    public void Speed_bounds_transfers_and_pauses(RepairSpeed speed, int transfers, double pause)
    {
        var pace = new RepairPace(new ClientLoad(_time), _time) { Speed = speed };

        Assert.That((pace.Out, pace.Pause), Is.EqualTo((transfers, pause)));
    }

    [Test]
    public void Pauses_grow_when_clients_wait_longer_than_usual_and_end_with_them([Values(0, 1, 2)] int request)
    {
        var load = new ClientLoad(_time);
        var pace = new RepairPace(load, _time);
        Serve(load, 300, 10, Requests[request]);
        Assert.That(pace.Pause, Is.Zero);

        Serve(load, 20, 100, Requests[request]);
        var strained = pace.Pause;
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.That(strained, Is.GreaterThan(3));
        Assert.That(pace.Pause, Is.Zero, "nobody waits any more");
    }

    [Test]
    public void Opens_here_and_elsewhere_in_turn_are_no_strain()
    {
        var load = new ClientLoad(_time);
        for (var round = 0; round < 30; round++)
        {
            Serve(load, 10, 0.02, Requests[1]);
            Serve(load, 10, 2, Requests[2]);
        }

        Assert.That(new RepairPace(load, _time).Pause, Is.Zero);
    }

    [Test]
    public async Task Reads_that_become_slower_slow_reconciling_too()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4, options => options.Time = _ => _time);
        var stored = await cluster[0].StoreAsync(new byte[10]);
        var reader = cluster.PreferenceOf(stored.Id)[3];
        var pauses = new List<double>();
        foreach (var (reads, delay) in new[] { (100, 10), (20, 100) })
        {
            var took = TimeSpan.FromMilliseconds(delay);
            cluster.Network.Interceptor = (exchange, cancellationToken) =>
            {
                _time.Advance(took);
                return exchange.DeliverAsync(exchange.Request, cancellationToken);
            };
            for (var read = 0; read < reads; read++)
            {
                await reader.ReadAsync(stored.Id);
            }
            pauses.Add(reader.Running.Pace.Pause);
        }

        Assert.That(pauses[0], Is.Zero);
        Assert.That(pauses[1], Is.GreaterThan(3));
    }

    [Test]
    public void So_many_transfers_come_in_and_no_more()
    {
        var pace = new RepairPace(new ClientLoad(_time), _time);
        var begun = 0;
        while (pace.TryBeginIn())
        {
            begun++;
        }

        pace.EndIn();

        Assert.That((begun, pace.TryBeginIn(), pace.TryBeginIn()), Is.EqualTo((8, true, false)));
    }

    private static void Serve(ClientLoad load, int requests, double milliseconds, Action<ClientLoad, TimeSpan> serve)
    {
        for (var request = 0; request < requests; request++)
        {
            serve(load, TimeSpan.FromMilliseconds(milliseconds));
        }
    }
}
