using System.Security.Cryptography;
using System.Text;

namespace LightDfs.Peers;

/// <summary>A proven reply. Whoever receives it disposes it.</summary>
/// <param name="address">Where it came from.</param>
/// <param name="reply">The reply.</param>
/// <param name="head">Its head.</param>
/// <param name="owned">Disposed with it.</param>
/// <param name="timeout">How long a message may take to come.</param>
/// <param name="time">Measures that.</param>
internal sealed class PeerAnswer(string address, PeerReply reply, ReplyHead head, IDisposable owned, TimeSpan timeout, TimeProvider time) : IAsyncDisposable
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

    /// <summary>Reads a body that is a message, and checks it. Empty when there is none.</summary>
    /// <exception cref="PeerUnreachableException">It broke off, did not come in time, or is not what the head promised.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadMessageAsync(CancellationToken cancellationToken)
    {
        if (BodyLength == 0)
        {
            // The proof covers the length, so none was promised.
            return default;
        }
        if (BodyLength > MaxMessage)
        {
            throw new PeerUnreachableException(Address, $"its message of {BodyLength} bytes is longer than {MaxMessage}.");
        }
        var message = new byte[BodyLength];
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await Body.ReadExactlyAsync(message, either.Token).ConfigureAwait(false);
        }
        catch (IOException cause)
        {
            throw new PeerUnreachableException(Address, "its message broke off.", cause);
        }
        catch (OperationCanceledException cause) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PeerUnreachableException(Address, $"its message did not come within {timeout.TotalSeconds:0.#} s.", new TimeoutException("The peer did not answer in time.", cause));
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
