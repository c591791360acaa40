using System.Diagnostics.CodeAnalysis;

namespace LightDfs.Peers;

/// <summary>The head of a reply: who answers, and what. All of it is covered by the proof.</summary>
internal sealed record ReplyHead
{
    /// <summary>Longest payload that fits: what the format, the card, a body hash and two lengths leave of a head.</summary>
    public const int MaxPayloadLength = PeerRequest.MaxHeadLength - 1 - MachineCard.EncodedLength - (4 + 32) - 4;

    private const byte Format = 1;

    /// <summary>Bytes that most heads do not exceed.</summary>
    private const int UsualLength = 512;

    public required MachineCard Responder { get; init; }

    /// <summary>SHA-256 of a body that is a message; empty when there is none, or when the body is content, which page checksums in the payload cover.</summary>
    public required ReadOnlyMemory<byte> BodyHash { get; init; }

    /// <summary>What the operation answers; for a failure the reason, as text.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    public ReadOnlyMemory<byte> Encode()
    {
        var to = new WireWriter(UsualLength).Byte(Format);
        Responder.Write(to);
        return to.Bytes(BodyHash.Span).Bytes(Payload.Span).Written;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ReplyHead? head)
    {
        head = null;
        var from = new WireReader(bytes);
        if (bytes.Length > PeerRequest.MaxHeadLength || from.Byte() != Format)
        {
            return false;
        }
        var read = new ReplyHead
        {
            Responder = MachineCard.Read(ref from),
            BodyHash = from.Bytes(32).ToArray(),
            Payload = from.Bytes().ToArray(),
        };
        if (!from.IsComplete || read.BodyHash.Length is not (0 or 32))
        {
            return false;
        }
        head = read;
        return true;
    }
}
