using System.Security.Cryptography;
using LightDfs.Peers;

namespace LightDfs.Benchmarks.Cases.Quick;

/// <summary>What proving a request and its reply costs, on both machines together.</summary>
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

    /// <summary>Nanoseconds for one request and its reply.</summary>
    /// <param name="bodyLength">Bytes that are sent with the request and hashed by both; of a reply's content no hash is made.</param>
    public static double Time(int bodyLength)
    {
        var keys = new ClusterKeys("lightdfs", "correct horse battery staple", null);
        var (request, reply, body) = (Request.Encode(), Reply.Encode(), new byte[bodyLength]);
        var sum = 0;
        return Loops.Time(count =>
        {
            for (var i = 0; i < count; i++)
            {
                sum += Once(keys, request, reply, body);
            }
        }).Nanoseconds;
    }

    private static int Once(ClusterKeys keys, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> reply, byte[] body)
    {
        if (body.Length > 0)
        {
            SHA256.HashData(body);
            SHA256.HashData(body);
        }
        var proof = keys.SignRequest(request.Span);
        var key = keys.KeyOf(request.Span, proof.Span)!;
        var answer = key.SignReply(PeerStatus.Ok, 0, reply.Span, proof.Span);
        return keys.IsProven(new PeerReply { Status = PeerStatus.Ok, Head = reply, Proof = answer }, proof.Span) ? 1 : 0;
    }
}
