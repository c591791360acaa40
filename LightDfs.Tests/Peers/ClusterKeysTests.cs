using System.Security.Cryptography;
using LightDfs.Peers;
using LightDfs.Tests.Peers.Golden;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class ClusterKeysTests
{
    private const string Secret = "correct horse battery staple";
    private const string Other = "another secret of enough length";
    private static readonly ReadOnlyMemory<byte> Head = Samples.Request.Encode();

    [TestCase(Secret, GoldenBytes.RequestProof)]
    [TestCase(null, GoldenBytes.RequestProofWithoutSecret)]
    public void Proof_of_a_request_is_what_the_independent_program_says(string? secret, string golden) =>
        Assert.That(Convert.ToHexString(new ClusterKeys("lightdfs", secret, null).SignRequest(Head.Span).Span), Is.EqualTo(golden));

    [Test]
    public void Proof_of_a_reply_is_what_the_independent_program_says()
    {
        var keys = new ClusterKeys("lightdfs", Secret, null);
        var requestProof = keys.SignRequest(Head.Span);

        var proof = keys.KeyOf(Head.Span, requestProof.Span)!.SignReply(PeerStatus.Conflict, 5, Samples.Reply.Encode().Span, requestProof.Span);

        Assert.That(Convert.ToHexString(proof), Is.EqualTo(GoldenBytes.ReplyProof));
    }

    /// <summary>Whether the parts go into the hash together or one by one: with the label's 19 and 17 bytes, the numbers' 16, and the request's proof.</summary>
    [TestCase(1024 - 19)]
    [TestCase(1024 - 18)]
    [TestCase(1024 - 17 - 16 - 32)]
    [TestCase(1024 - 17 - 16 - 31)]
    [TestCase(12_000)]
    public void Heads_of_any_length_are_signed_as_a_whole(int length)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var (head, requestProof) = (RandomNumberGenerator.GetBytes(length), RandomNumberGenerator.GetBytes(32));
        byte[] numbers = [(byte)PeerStatus.Conflict, 0, 0, 0, 32, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0];
        var key = new ClusterKey(secret);

        Assert.That(key.SignRequest(head), Is.EqualTo(HMACSHA256.HashData(secret, (byte[])[.. "LightDfs request 1\n"u8, .. head])));
        Assert.That(
            key.SignReply(PeerStatus.Conflict, 5, head, requestProof), Is.EqualTo(HMACSHA256.HashData(secret, (byte[])[.. "LightDfs reply 1\n"u8, .. numbers, .. requestProof, .. head])));
    }

    [TestCase("lightdfs", Other)]
    [TestCase("other", Secret)]
    [TestCase("lightdf", "s" + Secret)]
    [TestCase("lightdfs", null)]
    public void Another_name_or_secret_proves_nothing(string name, string? secret)
    {
        var proof = new ClusterKeys(name, secret, null).SignRequest(Head.Span);

        Assert.That(new ClusterKeys("lightdfs", Secret, Other + Other).KeyOf(Head.Span, proof.Span), Is.Null);
    }

    [Test]
    public void Both_keys_are_accepted_and_each_reply_is_signed_with_the_key_of_its_request()
    {
        var server = new ClusterKeys("lightdfs", Secret, Other);
        foreach (var client in new[] { new ClusterKeys("lightdfs", Secret, null), new ClusterKeys("lightdfs", Other, null), new ClusterKeys("lightdfs", Other, Secret) })
        {
            var requestProof = client.SignRequest(Head.Span);
            var key = server.KeyOf(Head.Span, requestProof.Span);

            Assert.That(key, Is.Not.Null);
            Assert.That(client.IsProven(Reply(key!, requestProof), requestProof.Span));
        }
    }

    [Test]
    public void Reply_signed_with_the_key_that_the_request_was_not_signed_with_is_not_proven()
    {
        var client = new ClusterKeys("lightdfs", Secret, Other);
        var requestProof = client.SignRequest(Head.Span);
        var otherKey = new ClusterKeys("lightdfs", Other, null);
        var wrong = otherKey.KeyOf(Head.Span, otherKey.SignRequest(Head.Span).Span)!;

        Assert.That(client.IsProven(Reply(wrong, requestProof), requestProof.Span), Is.False);
    }

    [Test]
    public void Reply_to_one_request_does_not_answer_another()
    {
        var keys = new ClusterKeys("lightdfs", Secret, null);
        var one = keys.SignRequest(Head.Span);
        var next = keys.SignRequest((Samples.Request with { Counter = Samples.Request.Counter + 1 }).Encode().Span);
        var reply = Reply(keys.KeyOf(Head.Span, one.Span)!, one);

        Assert.That((keys.IsProven(reply, one.Span), keys.IsProven(reply, next.Span)), Is.EqualTo((true, false)));
    }

    [Test]
    public void Proof_of_a_request_is_none_of_a_reply()
    {
        var keys = new ClusterKeys("lightdfs", Secret, null);
        var requestProof = keys.SignRequest(Head.Span);

        Assert.That(keys.IsProven(new PeerReply { Status = PeerStatus.Ok, Head = Head, Proof = requestProof }, requestProof.Span), Is.False);
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    [TestCase(64)]
    public void Proof_of_another_length_proves_nothing(int length)
    {
        var keys = new ClusterKeys("lightdfs", Secret, null);
        var proof = new byte[length];
        keys.SignRequest(Head.Span).Span[..Math.Min(32, length)].CopyTo(proof);

        Assert.That(keys.KeyOf(Head.Span, proof), Is.Null);
    }

    private static PeerReply Reply(ClusterKey key, ReadOnlyMemory<byte> requestProof)
    {
        var head = Samples.Reply.Encode();
        return new PeerReply { Status = PeerStatus.Ok, Head = head, Proof = key.SignReply(PeerStatus.Ok, 0, head.Span, requestProof.Span) };
    }
}
