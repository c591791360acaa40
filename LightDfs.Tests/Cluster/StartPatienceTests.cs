using LightDfs.Cluster;
using LightDfs.Peers;
using LightDfs.Testing.Time;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class StartPatienceTests
{
    private static readonly Refusal Starting = new("it is starting", EndsSoon: true);
    private SimulatedTime _time = null!;
    private int _asked;

    [SetUp]
    public void AskNobodyYet() => (_time, _asked) = (new SimulatedTime(), 0);

    [Test]
    public async Task No_that_ends_soon_is_asked_again_until_it_is_yes()
    {
        var answer = Started().AskAsync(() => Ask(Starting, Starting, null), default);

        await _time.RunUntilAsync(answer);

        Assert.That((await answer, _time.Elapsed), Is.EqualTo((3, TimeSpan.FromMilliseconds(100))));
    }

    [Test]
    public async Task No_for_another_reason_is_the_answer()
    {
        var no = await Assert.ThrowsAsync<PeerRefusedException>(() => Started().AskAsync(() => Ask(Starting with { EndsSoon = false }), default));

        Assert.That((no!.Message, _asked), Is.EqualTo((Starting.Why, 1)));
    }

    [Test]
    public async Task After_the_start_timeout_no_is_the_answer()
    {
        var answer = Started().AskAsync(() => Ask([.. Enumerable.Repeat<Refusal?>(Starting, 1000)]), default);

        await _time.RunUntilAsync(Task.WhenAny(answer));

        Assert.That((await Assert.ThrowsAsync<PeerRefusedException>(() => answer))!.Message, Is.EqualTo(Starting.Why));
        Assert.That((_asked, _time.Elapsed), Is.EqualTo((21, TimeSpan.FromSeconds(1))));
    }

    [Test]
    public async Task Who_has_long_been_started_is_not_patient()
    {
        var patience = Started();
        await _time.AdvanceAsync(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<PeerRefusedException>(() => patience.AskAsync(() => Ask(Starting), default));

        Assert.That(_asked, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_cancels_waits_no_longer()
    {
        using var cancel = new CancellationTokenSource();
        var answer = Started().AskAsync(() => Ask(Starting), cancel.Token);

        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => answer);
    }

    [TestCase(true, PeerStatus.Starting)]
    [TestCase(false, PeerStatus.Unavailable)]
    public void Peer_is_told_by_the_status_whether_to_ask_again(bool endsSoon, PeerStatus status) => Assert.That((Starting with { EndsSoon = endsSoon }).Outcome.Status, Is.EqualTo(status));

    private StartPatience Started()
    {
        var patience = new StartPatience(TimeSpan.FromSeconds(1), _time);
        patience.Start();
        return patience;
    }

    /// <summary>Says no as told, in turn, and yes where that is null: with how often it was asked.</summary>
    private Task<int> Ask(params Refusal?[] refusals) =>
        refusals[_asked++] is { } refusal ? Task.FromException<int>(new PeerRefusedException(refusal)) : Task.FromResult(_asked);
}
