using CsCheck;
using LightDfs.Peers;
using LightDfs.Tests.Peers.Golden;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class MachineCardTests
{
    [Test]
    public void Card_is_what_the_independent_program_says()
    {
        Assert.That(Convert.ToHexString(Encode(Samples.Card).Span), Is.EqualTo(GoldenBytes.Card));
        Assert.That(Encode(Samples.Card).Length, Is.EqualTo(MachineCard.EncodedLength));
    }

    [Test]
    public void Card_is_read_back() => Samples.AnyCard.Sample(card => Decode(Encode(card).ToArray()) == card);

    [Test]
    public void Every_field_is_in_the_encoding()
    {
        var encodings = Alterations.Of(Samples.Card).Select(change => Convert.ToHexString(Encode(change.Altered).Span)).Append(GoldenBytes.Card).ToList();

        Assert.That(encodings, Is.Unique);
        Assert.That(encodings, Has.Count.EqualTo(8));
    }

    [Test]
    public void Truncated_or_changed_card_is_refused_or_another_one() =>
        Mangled.AssertHarmless(Encode(Samples.Card), bytes => Decode(bytes) is { } card ? Encode(card).ToArray() : null);

    private static ReadOnlyMemory<byte> Encode(MachineCard card)
    {
        var to = new WireWriter();
        card.Write(to);
        return to.Written;
    }

    private static MachineCard? Decode(byte[] bytes)
    {
        var from = new WireReader(bytes);
        var card = MachineCard.Read(ref from);
        return from.IsComplete ? card : null;
    }
}
