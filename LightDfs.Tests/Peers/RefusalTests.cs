using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class RefusalTests
{
    [TestCase(true, PeerStatus.Starting)]
    [TestCase(false, PeerStatus.Unavailable)]
    public void Asker_learns_by_the_status_whether_asking_again_is_worth_it(bool endsSoon, PeerStatus status) =>
        Assert.That(new Refusal("it is starting", endsSoon).Outcome.Status, Is.EqualTo(status));
}
