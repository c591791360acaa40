using System.Buffers.Binary;

namespace CustomTransport;

/// <summary>
/// What goes over the wire, in both directions: four little-endian numbers (status, length of the head, of the proof, of the body), then head, proof and body. A request's status is 0.
/// </summary>
internal readonly record struct Frame(int Status, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Proof, long BodyLength)
{
    private const int PrefixLength = 20;

    /// <summary>Writes everything but the body.</summary>
    public async Task WriteAsync(Stream to, CancellationToken cancellationToken)
    {
        var bytes = new byte[PrefixLength + Head.Length + Proof.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Status);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Head.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Proof.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), BodyLength);
        Head.CopyTo(bytes.AsMemory(PrefixLength));
        Proof.CopyTo(bytes.AsMemory(PrefixLength + Head.Length));
        await to.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Reads everything but the body.</summary>
    /// <exception cref="IOException">It broke off.</exception>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static async Task<Frame> ReadAsync(Stream from, CancellationToken cancellationToken)
    {
        var prefix = new byte[PrefixLength];
        await from.ReadExactlyAsync(prefix, cancellationToken);
        var head = BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(4));
        var proof = BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(8));
        var body = BinaryPrimitives.ReadInt64LittleEndian(prefix.AsSpan(12));
        // Before anything is allocated: whoever sent this is not proven yet.
        ThrowIfOutOfRange(head, proof, body);
        var rest = new byte[head + proof];
        await from.ReadExactlyAsync(rest, cancellationToken);
        return new Frame(BinaryPrimitives.ReadInt32LittleEndian(prefix), rest.AsMemory(0, head), rest.AsMemory(head), body);
    }

    private static void ThrowIfOutOfRange(int head, int proof, long body)
    {
        if (head is < 0 or > PeerRequest.MaxHeadLength || proof is < 0 or > PeerRequest.MaxProofLength || body < 0)
        {
            throw new InvalidDataException($"This is no frame: head {head}, proof {proof}, body {body} bytes.");
        }
    }
}
