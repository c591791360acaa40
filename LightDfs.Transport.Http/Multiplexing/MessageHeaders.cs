using System.Buffers.Binary;
using LightDfs.Peers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>How the payload of a request begins: the lengths of its head (2 bytes) and proof (1), which follow; the rest is the body.</summary>
internal static class RequestHeader
{
    public const int Length = 2 + 1;

    public static void Write(Span<byte> to, int head, int proof)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)head);
        to[2] = (byte)proof;
    }

    /// <exception cref="InvalidDataException">It is no request.</exception>
    public static (int Head, int Proof, int Body) Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Length)
        {
            throw new InvalidDataException("A request is cut short.");
        }
        var (head, proof) = (BinaryPrimitives.ReadUInt16LittleEndian(payload), payload[2]);
        var body = payload.Length - Length - head - proof;
        return head <= PeerRequest.MaxHeadLength && proof <= PeerRequest.MaxProofLength && body is >= 0 and <= Frame.MaxInlineBody
            ? (head, proof, body)
            : throw new InvalidDataException($"A request of {payload.Length} bytes with a head of {head} and a proof of {proof} is none.");
    }
}

/// <summary>
/// How the payload of a reply begins: status (1 byte), the lengths of head (2), proof (1) and body (8). Head and proof follow, and the body, if it is no longer than <see cref="Frame.MaxInlineBody"/> and
/// is all there; otherwise it comes in frames of its own.
/// </summary>
internal static class ReplyHeader
{
    public const int Length = 1 + 2 + 1 + 8;

    public static void Write(Span<byte> to, PeerStatus status, int head, int proof, long body)
    {
        to[0] = (byte)status;
        BinaryPrimitives.WriteUInt16LittleEndian(to[1..], (ushort)head);
        to[3] = (byte)proof;
        BinaryPrimitives.WriteInt64LittleEndian(to[4..], body);
    }

    /// <exception cref="InvalidDataException">It is no reply.</exception>
    public static (PeerStatus Status, int Head, int Proof, long Body, bool IsWhole) Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < Length)
        {
            throw new InvalidDataException("A reply is cut short.");
        }
        var (status, head, proof, body) = ((PeerStatus)payload[0], BinaryPrimitives.ReadUInt16LittleEndian(payload[1..]), payload[3], BinaryPrimitives.ReadInt64LittleEndian(payload[4..]));
        var inline = payload.Length - Length - head - proof;
        return Enum.IsDefined(status) && head <= PeerRequest.MaxHeadLength && proof <= PeerRequest.MaxProofLength && body >= 0 && (inline == 0 || inline == body)
            ? (status, head, proof, body, inline == body)
            : throw new InvalidDataException($"A reply of {payload.Length} bytes with status {(int)status}, a head of {head}, a proof of {proof} and a body of {body} is none.");
    }
}
