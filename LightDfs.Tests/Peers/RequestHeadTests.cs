using CsCheck;
using LightDfs.Peers;
using LightDfs.Tests.Peers.Golden;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class RequestHeadTests
{
    private static readonly Gen<RequestHead> Any = Gen.Select(
        Gen.Byte, Samples.AnyUInt128, Gen.ULong, Samples.AnyText, Samples.AnyCard, Gen.Select(Gen.ULong, Gen.Long[0, long.MaxValue], Samples.AnyHash, Gen.Byte.Array[0, 2000]),
        (operation, target, incarnation, sentTo, sender, rest) => new RequestHead
        {
            Operation = (Operation)operation,
            Target = new MachineId(target),
            TargetIncarnation = incarnation,
            SentTo = sentTo,
            Sender = sender,
            Counter = rest.Item1,
            BodyLength = rest.Item2,
            BodyHash = rest.Item3,
            Payload = rest.Item4,
        });

    [Test]
    public void Head_is_what_the_independent_program_says() => Assert.That(Convert.ToHexString(Samples.Request.Encode().Span), Is.EqualTo(GoldenBytes.Request));

    [Test]
    public void Head_is_read_back() => Any.Sample(head => RequestHead.TryDecode(head.Encode().Span, out var read) && AreEqual(head, read));

    [Test]
    public void Every_field_is_in_the_encoding()
    {
        var changes = Alterations.Of(Samples.Request).ToList();

        Assert.That(changes.Select(change => Convert.ToHexString(change.Altered.Encode().Span)).Append(GoldenBytes.Request), Is.Unique);
        Assert.That(changes.Select(change => change.Field), Is.SupersetOf(new[] { "Operation", "SentTo", "Sender.Clock", "Payload" }));
    }

    [Test]
    public void Truncated_or_changed_head_is_refused_or_another_one() =>
        Mangled.AssertHarmless(Samples.Request.Encode(), bytes => RequestHead.TryDecode(bytes, out var head) ? head.Encode().ToArray() : null);

    [Test]
    public void Head_with_something_after_it_is_refused() => Assert.That(RequestHead.TryDecode([.. Samples.Request.Encode().Span, 0], out _), Is.False);

    [Test]
    public void Head_that_fills_the_limit_is_read_and_a_longer_one_is_not_made()
    {
        var spare = PeerRequest.MaxHeadLength - Samples.Request.Encode().Length + Samples.Request.Payload.Length;

        var full = (Samples.Request with { Payload = new byte[spare] }).Encode();

        Assert.That(full.Length, Is.EqualTo(PeerRequest.MaxHeadLength));
        Assert.That(RequestHead.TryDecode(full.Span, out _));
        Assert.That(() => (Samples.Request with { Payload = new byte[spare + 1] }).Encode(), Throws.InvalidOperationException
            .With.Message.Contains("'Store'").And.Message.Contains("12289 bytes").And.Message.Contains("12288 fit"));
    }

    [Test]
    public void Head_longer_than_the_limit_is_refused_whatever_it_says()
    {
        var tooLong = new WireWriter().Byte(1).Byte(3).Machine(default).UInt64(0).Text("");
        Samples.Card.Write(tooLong);
        tooLong.UInt64(1).Int64(0).Bytes([]).Bytes(new byte[PeerRequest.MaxHeadLength]);

        Assert.That(RequestHead.TryDecode(tooLong.Written.Span, out _), Is.False);
    }

    [Test]
    public void Address_longer_than_the_limit_is_refused()
    {
        var longest = Samples.Request with { SentTo = new string('a', RequestHead.MaxAddressBytes) };

        Assert.That(RequestHead.TryDecode(longest.Encode().Span, out _));
        Assert.That(RequestHead.TryDecode((longest with { SentTo = longest.SentTo + "a" }).Encode().Span, out _), Is.False);
    }

    [TestCase(31)]
    [TestCase(33)]
    [TestCase(1)]
    public void Hash_of_another_length_is_refused(int length) =>
        Assert.That(RequestHead.TryDecode((Samples.Request with { BodyHash = new byte[length] }).Encode().Span, out _), Is.False);

    [Test]
    public void Negative_body_length_is_refused() => Assert.That(RequestHead.TryDecode((Samples.Request with { BodyLength = -1 }).Encode().Span, out _), Is.False);

    /// <summary>They are on the wire: a number, once used, means the same for ever.</summary>
    [Test]
    public void Operations_keep_their_numbers() => Assert.That(Enum.GetValues<Operation>().Select(operation => $"{(byte)operation} {operation}"), Is.EqualTo(new[]
    {
        "1 WhoAreYou", "2 Propose", "3 Heartbeat", "4 Membership", "5 Store", "6 Read", "7 Find", "8 Delete", "9 List", "10 Explain", "11 Tombstones", "12 Introduce",
        "13 Compare", "14 Confirm", "15 Mend", "16 Holdings", "17 Away", "18 Merge",
    }));

    private static bool AreEqual(RequestHead one, RequestHead other) =>
        one with { BodyHash = default, Payload = default } == other with { BodyHash = default, Payload = default }
        && one.BodyHash.Span.SequenceEqual(other.BodyHash.Span) && one.Payload.Span.SequenceEqual(other.Payload.Span);
}
