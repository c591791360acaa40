using System.Security.Cryptography;
using System.Text;

namespace LightDfs.Peers;

/// <summary>A proven reply. Whoever receives it disposes it.</summary>
internal sealed class PeerAnswer(string address, PeerReply reply, ReplyHead head, IDisposable owned) : IAsyncDisposable
{
    /// <summary>Longest body that is a message.</summary>
    public const int MaxMessage = 16 * 1024 * 1024;

    public string Address { get; } = address;

    public PeerStatus Status => reply.Status;

    public MachineCard Responder => head.Responder;

    public ReadOnlyMemory<byte> Payload => head.Payload;

    public Stream Body => reply.Body ?? Stream.Null;

    public long BodyLength => reply.BodyLength;

    /// <summary>Why, when the status is a failure: the payload as text.</summary>
    public string Reason => Payload.Length == 0 ? Status.ToString() : Encoding.UTF8.GetString(Payload.Span);

    /// <summary>Reads a body that is a message, and checks it.</summary>
    /// <exception cref="PeerUnreachableException">It broke off, or is not what the head promised.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadMessageAsync(CancellationToken cancellationToken)
    {
        if (BodyLength > MaxMessage)
        {
            throw new PeerUnreachableException(Address, $"its message of {BodyLength} bytes is longer than {MaxMessage}.");
        }
        var message = new byte[BodyLength];
        try
        {
            await Body.ReadExactlyAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException cause)
        {
            throw new PeerUnreachableException(Address, "its message broke off.", cause);
        }
        return SHA256.HashData(message).AsSpan().SequenceEqual(head.BodyHash.Span)
            ? message
            : throw new PeerUnreachableException(Address, "its message does not have the checksum that its head promised.");
    }

    public async ValueTask DisposeAsync()
    {
        await reply.DisposeAsync().ConfigureAwait(false);
        owned.Dispose();
    }
}
