using LightDfs.Peers;
using LightDfs.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>
/// A real request to store a file, caught on its way, and altered in each field that a head has, is refused: with a reason in the log, without an effect, and without
/// an answer that says anything. (P7)
/// </summary>
public sealed class AlteredRequestTests
{
    private CaughtRequest _caught = null!;

    private static IEnumerable<string> Fields => Alterations.Of(Samples.Request).Select(change => change.Field);

    [OneTimeSetUp]
    public async Task CatchAsync() => _caught = await CaughtRequest.CatchAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _caught.DisposeAsync();

    [TestCaseSource(nameof(Fields))]
    public async Task Request_with_an_altered_field_is_refused(string field)
    {
        Assert.That(RequestHead.TryDecode(_caught.Head.Span, out var head));
        var altered = Alterations.Of(head!).Single(change => change.Field == field).Altered;

        await _caught.AssertRefusedAsync(altered.Encode(), _caught.Proof, altered.BodyLength == _caught.Body.Length ? _caught.Body : [.. _caught.Body, 0], "head was altered");
    }

    [Test]
    public async Task Request_with_any_byte_of_head_or_proof_altered_is_refused()
    {
        for (var at = 0; at < _caught.Head.Length; at++)
        {
            await _caught.AssertRefusedAsync(Flip(_caught.Head, at), _caught.Proof, _caught.Body, "head was altered");
        }
        for (var at = 0; at < _caught.Proof.Length; at++)
        {
            await _caught.AssertRefusedAsync(_caught.Head, Flip(_caught.Proof, at), _caught.Body, "head was altered");
        }
    }

    [Test]
    public async Task Request_with_a_longer_body_is_refused() =>
        await _caught.AssertRefusedAsync(_caught.Head, _caught.Proof, [.. _caught.Body, 0], $"promises a body of {_caught.Body.Length} bytes, but {_caught.Body.Length + 1} come");

    [Test]
    public async Task Request_with_a_shorter_body_is_refused() =>
        await _caught.AssertRefusedAsync(_caught.Head, _caught.Proof, _caught.Body[..^1], $"promises a body of {_caught.Body.Length} bytes, but {_caught.Body.Length - 1} come");

    [Test]
    public async Task Request_without_proof_is_refused() => await _caught.AssertRefusedAsync(_caught.Head, default, _caught.Body, "it is not signed");

    /// <summary>So what the other tests altered was good before. And once is all that it is good for.</summary>
    [Test]
    public async Task Request_as_it_was_is_taken_once()
    {
        await using var caught = await CaughtRequest.CatchAsync();
        Assert.That(caught.Receiver.Store.Find(caught.File), Is.Null);

        await using var reply = await caught.SendAsync(caught.Head, caught.Proof, caught.Body);

        Assert.That((reply.Status, caught.Receiver.Store.Find(caught.File)?.State), Is.EqualTo((PeerStatus.Ok, (ReplicaState?)ReplicaState.Present)));
        await caught.AssertRefusedAsync(caught.Head, caught.Proof, caught.Body, "a replay");
    }

    [Test]
    public async Task Altered_body_is_not_stored_and_uses_its_request_up()
    {
        await using var caught = await CaughtRequest.CatchAsync();

        await using var reply = await caught.SendAsync(caught.Head, caught.Proof, Flip(caught.Body, caught.Body.Length - 1).ToArray());

        Assert.That((reply.Status, caught.Receiver.Store.Find(caught.File)), Is.EqualTo((PeerStatus.BadRequest, (ReplicaStamp?)null)));
        Assert.That(caught.Refusals, Has.Count.EqualTo(1).And.All.Contains("its body is not the one that its proven head promises"));
        await caught.AssertRefusedAsync(caught.Head, caught.Proof, caught.Body, "a replay");
    }

    private static ReadOnlyMemory<byte> Flip(ReadOnlyMemory<byte> bytes, int at)
    {
        var flipped = bytes.ToArray();
        flipped[at] ^= (byte)(1 << (at % 8));
        return flipped;
    }
}
