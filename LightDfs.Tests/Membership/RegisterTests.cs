using LightDfs.Membership;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

public sealed class RegisterTests
{
    [Test]
    public void Higher_version_wins_whatever_the_value() =>
        Assert.That(new Register<WantedState>(1, WantedState.Removed).Merge(new(2, WantedState.Active)), Is.EqualTo(new Register<WantedState>(2, WantedState.Active)));

    [Test]
    public void Of_equal_versions_the_later_state_wins()
    {
        Assert.That(new Register<WantedState>(1, WantedState.Active).Merge(new(1, WantedState.Draining)).Value, Is.EqualTo(WantedState.Draining));
        Assert.That(new Register<WantedState>(1, WantedState.Draining).Merge(new(1, WantedState.Removed)).Value, Is.EqualTo(WantedState.Removed));
        Assert.That(new Register<WantedState>(1, WantedState.Removed).Merge(new(1, WantedState.Active)).Value, Is.EqualTo(WantedState.Removed));
    }

    [Test]
    public void Out_wins_over_in() => Assert.That(new Register<bool>(3, false).Merge(new(3, true)).Value, Is.True);

    [Test]
    public void Change_by_the_writer_wins_over_what_was_before()
    {
        var before = new Register<WantedState>(5, WantedState.Removed);

        Assert.That(before.Merge(before.Next(WantedState.Active)).Value, Is.EqualTo(WantedState.Active));
    }
}
