using System.Diagnostics.CodeAnalysis;

namespace LightDfs.Peers;

/// <summary>The head of a request: what is asked, of whom, by whom. All of it is covered by the proof.</summary>
internal sealed record RequestHead
{
    public const int MaxAddressBytes = 1024;
    private const byte Format = 1;

    /// <summary>Bytes that most heads do not exceed.</summary>
    private const int UsualLength = 512;

    public required Operation Operation { get; init; }

    /// <summary>The machine it is meant for; zero only for "who are you" and a proposal.</summary>
    public required MachineId Target { get; init; }

    /// <summary>The run of it that it is meant for; zero when not known yet, which is answered with the right one.</summary>
    public required ulong TargetIncarnation { get; init; }

    /// <summary>The address it was sent to: how a machine learns its own.</summary>
    public required string SentTo { get; init; }

    public required MachineCard Sender { get; init; }

    /// <summary>Number of the request among those of the sender's incarnation, from 1. None is accepted twice.</summary>
    public required ulong Counter { get; init; }

    public required long BodyLength { get; init; }

    /// <summary>SHA-256 of the body; empty when there is no body, or the channel is protected.</summary>
    public required ReadOnlyMemory<byte> BodyHash { get; init; }

    /// <summary>What the operation needs.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <exception cref="InvalidOperationException">It would be longer than a peer reads. Nothing long belongs into a head: that is what bodies are for.</exception>
    public ReadOnlyMemory<byte> Encode()
    {
        var to = new WireWriter(UsualLength).Byte(Format).Byte((byte)Operation).Machine(Target).UInt64(TargetIncarnation).Text(SentTo);
        Sender.Write(to);
        var head = to.UInt64(Counter).Int64(BodyLength).Bytes(BodyHash.Span).Bytes(Payload.Span).Written;
        return head.Length <= PeerRequest.MaxHeadLength
            ? head
            : throw new InvalidOperationException(
                $"The head of request '{Operation}' would have {head.Length} bytes with its payload of {Payload.Length}; at most {PeerRequest.MaxHeadLength} fit. Send what is long as the body.");
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out RequestHead? head)
    {
        head = null;
        var from = new WireReader(bytes);
        if (bytes.Length > PeerRequest.MaxHeadLength || from.Byte() != Format)
        {
            return false;
        }
        var read = new RequestHead
        {
            Operation = (Operation)from.Byte(),
            Target = from.Machine(),
            TargetIncarnation = from.UInt64(),
            SentTo = from.Text(MaxAddressBytes),
            Sender = MachineCard.Read(ref from),
            Counter = from.UInt64(),
            BodyLength = from.Int64(),
            BodyHash = from.Bytes(32).ToArray(),
            Payload = from.Bytes().ToArray(),
        };
        if (!from.IsComplete || read.BodyLength < 0 || read.BodyHash.Length is not (0 or 32))
        {
            return false;
        }
        head = read;
        return true;
    }
}
