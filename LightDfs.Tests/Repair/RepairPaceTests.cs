using LightDfs.Cluster;
using LightDfs.Repair.Mending;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

public sealed class RepairPaceTests
{
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
    public void Pauses_grow_when_clients_wait_longer_than_usual_and_end_with_them()
    {
        var load = new ClientLoad(_time);
        var pace = new RepairPace(load, _time);
        Serve(load, 300, 10);
        Assert.That(pace.Pause, Is.Zero);

        Serve(load, 20, 100);
        var strained = pace.Pause;
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.That(strained, Is.GreaterThan(3));
        Assert.That(pace.Pause, Is.Zero, "nobody waits any more");
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

    private static void Serve(ClientLoad load, int requests, double milliseconds)
    {
        for (var request = 0; request < requests; request++)
        {
            load.Served(TimeSpan.FromMilliseconds(milliseconds));
        }
    }
}
