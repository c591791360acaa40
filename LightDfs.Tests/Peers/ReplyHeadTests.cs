using CsCheck;
using LightDfs.Peers;
using LightDfs.Tests.Peers.Golden;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class ReplyHeadTests
{
    private static readonly Gen<ReplyHead> Any = Gen.Select(Samples.AnyCard, Samples.AnyHash, Gen.Byte.Array[0, 2000], (responder, hash, payload) => new ReplyHead
    {
        Responder = responder,
        BodyHash = hash,
        Payload = payload,
    });

    [Test]
    public void Head_is_what_the_independent_program_says() => Assert.That(Convert.ToHexString(Samples.Reply.Encode().Span), Is.EqualTo(GoldenBytes.Reply));

    [Test]
    public void Head_is_read_back() => Any.Sample(head => ReplyHead.TryDecode(head.Encode().Span, out var read)
        && read.Responder == head.Responder && read.BodyHash.Span.SequenceEqual(head.BodyHash.Span) && read.Payload.Span.SequenceEqual(head.Payload.Span));

    [Test]
    public void Every_field_is_in_the_encoding() =>
        Assert.That(Alterations.Of(Samples.Reply).Select(change => Convert.ToHexString(change.Altered.Encode().Span)).Append(GoldenBytes.Reply), Is.Unique);

    [Test]
    public void Truncated_or_changed_head_is_refused_or_another_one() =>
        Mangled.AssertHarmless(Samples.Reply.Encode(), bytes => ReplyHead.TryDecode(bytes, out var head) ? head.Encode().ToArray() : null);

    [Test]
    public void Longest_payload_fills_the_head_beside_a_hash()
    {
        var full = (Samples.Reply with { Payload = new byte[ReplyHead.MaxPayloadLength] }).Encode();

        Assert.That(full.Length, Is.EqualTo(PeerRequest.MaxHeadLength));
        Assert.That(ReplyHead.TryDecode(full.Span, out _));
        Assert.That(ReplyHead.TryDecode((Samples.Reply with { Payload = new byte[ReplyHead.MaxPayloadLength + 1] }).Encode().Span, out _), Is.False);
    }

    [TestCase(31)]
    [TestCase(33)]
    public void Hash_of_another_length_is_refused(int length) =>
        Assert.That(ReplyHead.TryDecode((Samples.Reply with { BodyHash = new byte[length] }).Encode().Span, out _), Is.False);

    /// <summary>They are on the wire: a number, once used, means the same for ever.</summary>
    [Test]
    public void Statuses_keep_their_numbers() => Assert.That(Enum.GetValues<PeerStatus>().Select(status => $"{(int)status} {status}"), Is.EqualTo(new[]
    {
        "0 Ok", "1 NotFound", "2 Deleted", "3 Conflict", "4 Misdirected", "5 Starting", "6 Unavailable", "7 Full", "8 BadRequest", "9 Refused", "10 Damaged",
    }));
}
