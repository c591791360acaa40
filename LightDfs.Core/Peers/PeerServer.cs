using System.Security.Cryptography;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Peers;

/// <summary>Answers peers: checks proof, freshness and address of each request before anything of it counts, and signs the replies.</summary>
internal sealed partial class PeerServer(ClusterKeys keys, ISelf self, IReadOnlyDictionary<Operation, PeerOperation> operations, ILogger<PeerServer> logger) : IPeerHandler
{
    private readonly SenderWindows _windows = new();

    public async ValueTask<PeerReply> HandleAsync(PeerRequest request, PeerConnection connection, CancellationToken cancellationToken)
    {
        if (!self.IsOpen)
        {
            return new PeerReply { Status = PeerStatus.Starting };
        }
        if (keys.IsOpen && !connection.IsLoopback)
        {
            return Refuse(connection, "this machine has no cluster key, so it serves only loopback connections that no proxy forwarded");
        }
        if (keys.KeyOf(request.Head.Span, request.Proof.Span) is not { } key)
        {
            return Refuse(connection, request.Proof.IsEmpty ? "it is not signed" : "its proof is not of this cluster's name and key, or it was altered");
        }
        if (!RequestHead.TryDecode(request.Head.Span, out var head) || head.BodyLength != request.BodyLength)
        {
            return Refuse(connection, "its head cannot be read, or promises another body: is the sender of another version?");
        }
        if (head.BodyLength > 0 && head.BodyHash.Length == 0 && !connection.IsProtected)
        {
            return Refuse(connection, "its body is not covered by the proof, and the connection is not TLS. Behind a proxy that ends TLS, set up the host's forwarded headers");
        }
        var outcome = IsMeantForUs(head);
        if (outcome is null)
        {
            if (RefusalOf(head) is { } why)
            {
                return Refuse(connection, why);
            }
            outcome = await DoAsync(new PeerCall(head, request.Body), cancellationToken).ConfigureAwait(false);
        }
        return Sign(key, request.Proof, outcome);
    }

    /// <summary>What is meant for another machine, or another run of this one, is answered with who this is; it changes nothing here.</summary>
    private PeerOutcome? IsMeantForUs(RequestHead head)
    {
        if (head.Operation == Operation.WhoAreYou)
        {
            return null;
        }
        var own = self.Card;
        return (head.Operation == Operation.Propose || head.Target == own.Machine) && head.TargetIncarnation == own.Incarnation
            ? null
            : PeerOutcome.Because(PeerStatus.Misdirected, "another machine, or another run of it, answers here");
    }

    /// <summary>Who only asks who we are changes nothing, so asking twice is harmless; so is a proposal, of which the first wins.</summary>
    private string? RefusalOf(RequestHead head)
    {
        if (head.Operation is Operation.WhoAreYou or Operation.Propose)
        {
            return null;
        }
        if (head.Sender.Machine == default || head.Sender.Machine == self.Card.Machine)
        {
            return "its sender has no id of its own";
        }
        return head.Sender.Start < self.KnownStartOf(head.Sender.Machine)
            ? $"it comes from start {head.Sender.Start} of machine '{head.Sender.Machine}', of which a later start is known: an old copy of its disk"
            : _windows.Refuse(head.Sender, head.Counter);
    }

    private async ValueTask<PeerOutcome> DoAsync(PeerCall call, CancellationToken cancellationToken)
    {
        var head = call.Head;
        if (!operations.TryGetValue(head.Operation, out var operation))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, $"operation {(int)head.Operation} is not known here: update this machine");
        }
        if (head.Operation >= Operation.Heartbeat && head.SentTo.Length > 0)
        {
            self.ReachedAt(head.SentTo);
        }
        if (head.Operation >= Operation.Heartbeat)
        {
            await self.MeetAsync(head.Sender, cancellationToken).ConfigureAwait(false);
        }
        if (head.Operation >= Operation.Store)
        {
            if (self.NotServingBecause is { } reason)
            {
                return PeerOutcome.Because(PeerStatus.Starting, reason);
            }
            if (self.StrangerBecause(head.Sender) is { } stranger)
            {
                return PeerOutcome.Because(PeerStatus.Unavailable, stranger);
            }
        }
        try
        {
            return await operation(call, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException cause)
        {
            Failed(logger, head.Operation, head.Sender.Machine, cause);
            return PeerOutcome.Because(cause.Failure == StorageFailure.Full ? PeerStatus.Full : PeerStatus.Unavailable, cause.Message);
        }
        catch (Exception cause) when (cause is not (OperationCanceledException or IOException))
        {
            Failed(logger, head.Operation, head.Sender.Machine, cause);
            return PeerOutcome.Because(PeerStatus.Unavailable, $"it failed to do it ({cause.GetType().Name}); its log says why");
        }
    }

    private PeerReply Refuse(PeerConnection connection, string reason)
    {
        Refused(logger, connection.Remote, reason);
        return new PeerReply { Status = PeerStatus.Refused };
    }

    private PeerReply Sign(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> requestProof, PeerOutcome outcome)
    {
        var length = outcome.Content is null ? outcome.Message.Length : outcome.ContentLength;
        var head = new ReplyHead
        {
            Responder = self.Card,
            BodyHash = outcome.Message.IsEmpty ? default : SHA256.HashData(outcome.Message.Span),
            Payload = outcome.Payload,
        }.Encode();
        return new PeerReply
        {
            Status = outcome.Status,
            Head = head,
            Proof = ClusterKeys.SignReply(key.Span, outcome.Status, length, head.Span, requestProof.Span),
            Body = outcome.Content ?? (outcome.Message.IsEmpty ? null : new ReadOnlyBytesStream(outcome.Message)),
            BodyLength = length,
        };
    }
}
