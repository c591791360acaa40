using System.Security.Cryptography;
using System.Text;
using LightDfs.Text;

namespace LightDfs.Peers;

/// <summary>A proven request, as operations see it.</summary>
internal sealed class PeerCall(RequestHead head, Stream? body)
{
    public RequestHead Head { get; } = head;

    public Stream Body { get; } = body ?? Stream.Null;

    /// <summary>True once the body was found to be another than the proven head promised.</summary>
    public bool HasAlteredBody { get; private set; }

    /// <summary>Reads a body that is a message, and checks it. <see langword="null"/> when it is not what the head promised.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadMessageAsync(CancellationToken cancellationToken)
    {
        if (Head.BodyLength > PeerAnswer.MaxMessage)
        {
            return null;
        }
        var message = new byte[Head.BodyLength];
        await Body.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);
        if (IsAsPromised(SHA256.HashData(message)))
        {
            return message;
        }
        // Not "? message : null": that null would be an array, and so an empty message.
        return null;
    }

    /// <summary>True when the body has the hash that the proven head promised, or came over a channel that needs none.</summary>
    public bool IsAsPromised(ReadOnlySpan<byte> hash)
    {
        HasAlteredBody = Head.BodyHash.Length > 0 && !CryptographicOperations.FixedTimeEquals(hash, Head.BodyHash.Span);
        return !HasAlteredBody;
    }
}

/// <summary>What an operation answers, before it is signed.</summary>
internal sealed record PeerOutcome(PeerStatus Status)
{
    private const int MaxReason = 1000;

    /// <summary>What the operation answers.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>A message to send as the body.</summary>
    public ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>Content to send as the body, instead of a message; covered by page checksums in the payload.</summary>
    public Stream? Content { get; init; }

    public long ContentLength { get; init; }

    /// <summary>Who answers, as it was when the answer was found; <see langword="null"/> for as it is when the reply is signed.</summary>
    public MachineCard? Responder { get; init; }

    public static PeerOutcome Because(PeerStatus status, string reason) =>
        new(status) { Payload = Encoding.UTF8.GetBytes(Shortened.To(MaxReason, reason)) };
}

/// <summary>Does one operation for a peer.</summary>
internal delegate ValueTask<PeerOutcome> PeerOperation(PeerCall call, CancellationToken cancellationToken);
