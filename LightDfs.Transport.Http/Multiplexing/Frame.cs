using System.Buffers.Binary;
using LightDfs.Peers;

namespace LightDfs.Transport.Http.Multiplexing;

/// <summary>
/// One piece of what is said on a multiplexed connection: a kind (1 byte), the call it belongs to (4), the length of its payload (4), and the payload. Integers are little-endian.
/// </summary>
internal readonly record struct Frame(FrameKind Kind, uint Call, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Kind, call and length.</summary>
    public const int HeaderLength = 1 + 4 + 4;

    /// <summary>Longest body that travels with its head, in bytes: all requests on such connections, and short replies.</summary>
    public const int MaxInlineBody = 64 * 1024;

    /// <summary>Most bytes of a long body in one frame, so that short replies never wait long.</summary>
    public const int MaxData = 32 * 1024;

    /// <summary>Bytes of a long body that may be under way: the client keeps room for them, and allows more as it reads.</summary>
    public const int Window = 256 * 1024;

    /// <summary>Most requests of one connection that may be unanswered: far more than are worth having at once.</summary>
    public const int MaxCalls = 256;

    /// <summary>Longest payload: a reply with the longest head, proof and body.</summary>
    public const int MaxPayload = ReplyHeader.Length + PeerRequest.MaxHeadLength + PeerRequest.MaxProofLength + MaxInlineBody;

    public static void WriteHeader(Span<byte> to, FrameKind kind, uint call, int length)
    {
        to[0] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(to[1..], call);
        BinaryPrimitives.WriteInt32LittleEndian(to[5..], length);
    }

    /// <exception cref="InvalidDataException">Nothing that is sent here begins so.</exception>
    public static (FrameKind Kind, uint Call, int Length) ReadHeader(ReadOnlySpan<byte> from)
    {
        var kind = (FrameKind)from[0];
        var length = BinaryPrimitives.ReadInt32LittleEndian(from[5..]);
        return kind is >= FrameKind.Request and <= FrameKind.Cancel && length is >= 0 and <= MaxPayload
            ? (kind, BinaryPrimitives.ReadUInt32LittleEndian(from[1..]), length)
            : throw new InvalidDataException($"A frame of kind {(int)kind} and {length} bytes is none of LightDfs.");
    }
}
