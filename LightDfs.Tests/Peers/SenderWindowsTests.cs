using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SenderWindowsTests
{
    private static readonly MachineCard Third = Samples.Card with { Start = 3, Incarnation = 33 };
    private readonly SenderWindows _windows = new();

    [Test]
    public void Counter_is_accepted_once_of_each_machine()
    {
        Assert.That(_windows.Refuse(Third, 1), Is.Null);
        Assert.That(_windows.Refuse(Third with { Machine = Samples.Machine(2) }, 1), Is.Null);
        Assert.That(_windows.Refuse(Third, 1), Does.Contain("replay").And.Contain($"'{Third.Machine}'"));
    }

    [Test]
    public void Later_start_begins_anew_and_ends_the_earlier()
    {
        _windows.Refuse(Third, 1);

        Assert.That(_windows.Refuse(Third with { Start = 4, Incarnation = 44 }, 1), Is.Null);
        Assert.That(_windows.Refuse(Third, 2), Does.Contain("start 3").And.Contain("start 4").And.Contain("old copy of its disk"));
    }

    [Test]
    public void Lower_run_of_one_start_is_refused_and_the_higher_goes_on()
    {
        _windows.Refuse(Third, 1);

        Assert.That(_windows.Refuse(Third with { Incarnation = 32 }, 1), Does.Contain("two machines with id").And.Contain("a copy of its data directory"));
        Assert.That(_windows.Refuse(Third, 2), Is.Null);
    }

    /// <summary>Which of two copies counts is decided before; after a healed partition it may be the one that was not known here.</summary>
    [Test]
    public void Higher_run_of_one_start_ends_the_lower()
    {
        _windows.Refuse(Third, 1);

        Assert.That(_windows.Refuse(Third with { Incarnation = 34 }, 1), Is.Null);
        Assert.That(_windows.Refuse(Third, 2), Does.Contain("a copy of its data directory"));
    }

    [Test]
    public void Refused_run_uses_up_no_counters()
    {
        _windows.Refuse(Third, 1);
        _windows.Refuse(Third with { Incarnation = 32 }, 2);
        _windows.Refuse(Third with { Start = 2, Incarnation = 22 }, 3);

        Assert.That((_windows.Refuse(Third, 2), _windows.Refuse(Third, 3)), Is.EqualTo(((string?)null, (string?)null)));
    }
}
