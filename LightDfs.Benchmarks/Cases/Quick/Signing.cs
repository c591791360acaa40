using System.Security.Cryptography;
using LightDfs.Peers;

namespace LightDfs.Benchmarks.Cases.Quick;

/// <summary>What proving requests and their replies costs, on all machines together.</summary>
internal static class Signing
{
    public const string Name = "Added cost of signing, 4 KiB";

    /// <summary>Such as goes between machines with a file.</summary>
    public static RequestHead Request { get; } = new()
    {
        Operation = Operation.Store,
        Target = new MachineId(7),
        TargetIncarnation = 8,
        SentTo = "http://127.0.0.1:45678",
        Sender = Card,
        Counter = 1234,
        BodyLength = 4096,
        BodyHash = new byte[32],
        Payload = new byte[120],
    };

    public static ReplyHead Reply { get; } = new() { Responder = Card, BodyHash = default, Payload = new byte[40] };

    private static MachineCard Card => new()
    {
        Machine = new MachineId(5),
        Incarnation = 6,
        Start = 7,
        Cluster = 8,
        HoldsData = true,
        Membership = 9,
        Clock = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Nanoseconds for asking some machines the same, and their replies.</summary>
    /// <param name="machines">How many are asked.</param>
    /// <param name="bodyLength">Bytes that are sent with each request; they are hashed once by who asks, and once by each who is asked. Of a reply's content no hash is made.</param>
    public static double Time(int machines, int bodyLength)
    {
        var keys = new ClusterKeys("lightdfs", "correct horse battery staple", null);
        var (request, reply, body) = (Request.Encode(), Reply.Encode(), new byte[bodyLength]);
        var sum = 0;
        return Loops.Time(count =>
        {
            for (var i = 0; i < count; i++)
            {
                Hash(body);
                for (var asked = 0; asked < machines; asked++)
                {
                    Hash(body);
                    sum += Once(keys, request, reply);
                }
            }
        }).Nanoseconds;
    }

    private static void Hash(byte[] body)
    {
        if (body.Length > 0)
        {
            SHA256.HashData(body);
        }
    }

    private static int Once(ClusterKeys keys, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> reply)
    {
        var proof = keys.SignRequest(request.Span);
        var key = keys.KeyOf(request.Span, proof.Span)!;
        var answer = key.SignReply(PeerStatus.Ok, 0, reply.Span, proof.Span);
        return keys.IsProven(new PeerReply { Status = PeerStatus.Ok, Head = reply, Proof = answer }, proof.Span) ? 1 : 0;
    }
}
