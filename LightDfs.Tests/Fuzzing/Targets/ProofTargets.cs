using System.Buffers.Binary;
using LightDfs.Peers;
using LightDfs.Tests.Peers;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>Signed heads. Whatever is altered, head or proof: it is not proven.</summary>
internal static class ProofTargets
{
    private const int ProofLength = 32;
    private static readonly ClusterKeys Keys = new("cluster", new string('k', 32), new string('p', 32));
    private static readonly byte[] Request = Signed(Samples.Request.Encode());
    private static readonly byte[] Reply = SignedReply();

    public static IEnumerable<FuzzTarget> All =>
    [
        new("signed request", [Request], input => RefuseForged(input, Request, Keys.KeyOf(Head(input, 0), Proof(input)) is not null)),
        new("signed reply", [Reply], input => RefuseForged(input, Reply, input.Length >= 12 && IsProven(input))),
    ];

    private static byte[] Signed(ReadOnlyMemory<byte> head) => [.. head.Span, .. Keys.SignRequest(head.Span).Span];

    /// <summary>Status, length of the body, head, proof.</summary>
    private static byte[] SignedReply()
    {
        var head = Samples.Reply.Encode();
        var key = Keys.KeyOf(Samples.Request.Encode().Span, Request.AsSpan(^ProofLength..))!;
        var proof = key.SignReply(PeerStatus.NotFound, 5, head.Span, Request.AsSpan(^ProofLength..));
        var numbers = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, (int)PeerStatus.NotFound);
        BinaryPrimitives.WriteInt64LittleEndian(numbers.AsSpan(4), 5);
        return [.. numbers, .. head.Span, .. proof];
    }

    private static bool IsProven(byte[] input) => Keys.IsProven(
        new PeerReply
        {
            Status = (PeerStatus)BinaryPrimitives.ReadInt32LittleEndian(input),
            BodyLength = BinaryPrimitives.ReadInt64LittleEndian(input.AsSpan(4)),
            Head = Head(input, 12).ToArray(),
            Proof = Proof(input).ToArray(),
        },
        Request.AsSpan(^ProofLength..));

    private static ReadOnlySpan<byte> Head(byte[] input, int from) => input.Length < from + ProofLength ? default : input.AsSpan(from..^ProofLength);

    private static ReadOnlySpan<byte> Proof(byte[] input) => input.Length < ProofLength ? input : input.AsSpan(^ProofLength..);

    private static void RefuseForged(byte[] input, byte[] real, bool isProven)
    {
        if (isProven != input.AsSpan().SequenceEqual(real))
        {
            throw new FuzzFailure(isProven ? "a forgery is taken for proven" : "what was signed is not proven");
        }
    }
}
