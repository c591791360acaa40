using System.Security.Cryptography;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Peers;

/// <summary>Answers peers: checks proof, freshness and address of each request before anything of it counts, and signs the replies.</summary>
internal sealed partial class PeerServer(
    ClusterKeys keys, ISelf self, Func<bool> isAlone, IReadOnlyDictionary<Operation, PeerOperation> operations, TimeProvider time, ILogger<PeerServer> logger) : IPeerHandler
{
    private readonly SenderWindows _windows = new();
    private readonly RefusalPace _pace = new(time);

    public async ValueTask<PeerReply> HandleAsync(PeerRequest request, PeerConnection connection, CancellationToken cancellationToken)
    {
        if (!self.IsOpen)
        {
            return new PeerReply { Status = PeerStatus.Starting };
        }
        if (RefusalOf(request, connection, out var key, out var head) is { } unproven)
        {
            return Refuse(connection, unproven, key is null ? request : null);
        }
        var call = new PeerCall(head!, request.Body);
        if (!IsMeantForUs(call.Head))
        {
            // Answered with who this is; it changes nothing here.
            return Sign(key!, request.Proof, PeerOutcome.Because(PeerStatus.Misdirected, "another machine, or another run of it, answers here"));
        }
        if (call.Head.Operation >= Operation.Heartbeat)
        {
            if (IdFaultOf(call.Head.Sender) is { } fault)
            {
                return Refuse(connection, fault);
            }
            if (await self.RefuseRunAsync(call.Head.Sender, cancellationToken).ConfigureAwait(false) is { } copy)
            {
                // Signed, so that a copy learns what it is.
                return Sign(key!, request.Proof, PeerOutcome.Because(call.Head.Operation == Operation.Heartbeat ? PeerStatus.Conflict : PeerStatus.Unavailable, copy));
            }
            if (_windows.Refuse(call.Head.Sender, call.Head.Counter) is { } replay)
            {
                return Refuse(connection, replay);
            }
        }
        var outcome = await DoAsync(call, cancellationToken).ConfigureAwait(false);
        if (call.HasAlteredBody)
        {
            // The operation refused it, and says so to the sender, whose head is proven.
            LogRefusal(connection, "its body is not the one that its proven head promises: it was altered on the way");
        }
        return Sign(key!, request.Proof, outcome);
    }

    /// <summary>Why a request is not proven; <see langword="null"/> when it is, with the key that proves it and its head.</summary>
    private string? RefusalOf(PeerRequest request, PeerConnection connection, out ClusterKey? key, out RequestHead? head)
    {
        (key, head) = (null, null);
        if (keys.IsOpen && !connection.IsLoopback)
        {
            return "this machine has no cluster key, so it serves only loopback connections that no proxy forwarded";
        }
        if (request.Proof.IsEmpty)
        {
            return "it is not signed";
        }
        if (keys.KeyOf(request.Head.Span, request.Proof.Span) is not { } proven)
        {
            return "its proof is made with none of this machine's keys (LightDfs:ClusterName, LightDfs:ClusterKey, LightDfs:PreviousClusterKey), or its head was altered on the way";
        }
        key = proven;
        if (!RequestHead.TryDecode(request.Head.Span, out head))
        {
            return "its head cannot be read: is the sender of another version of LightDfs?";
        }
        if (keys.IsOpen && isAlone() && head.Sender.Incarnation != self.Incarnation)
        {
            // A proxy that says nothing of itself makes the whole world look like this host.
            return "this machine has no cluster key and no peers, so it serves only itself. List its peers, and set LightDfs:ClusterKey if they are on other hosts";
        }
        if (head.BodyLength != request.BodyLength)
        {
            return $"its head promises a body of {head.BodyLength} bytes, but {request.BodyLength} come: it was altered on the way";
        }
        return head.BodyLength > 0 && head.BodyHash.Length == 0 && !connection.IsProtected
            ? "its body is not covered by the proof, and the connection is not TLS. Behind a proxy that ends TLS, set up the host's forwarded headers"
            : null;
    }

    /// <summary>Only "who are you" and a proposal may be meant for nobody in particular.</summary>
    private bool IsMeantForUs(RequestHead head) => head.Operation switch
    {
        Operation.WhoAreYou => true,
        Operation.Propose => head.TargetIncarnation == self.Incarnation,
        _ => head.Target == self.Id && head.TargetIncarnation == self.Incarnation,
    };

    /// <summary>Who only asks who we are changes nothing, so asking twice is harmless; so is a proposal, of which the first wins. All else needs an id.</summary>
    private string? IdFaultOf(MachineCard sender) =>
        sender.Machine == default ? "its sender has no id yet"
        : sender.Machine == self.Id ? $"its sender uses this machine's own id '{sender.Machine}': a copy of its data directory"
        : null;

    private async ValueTask<PeerOutcome> DoAsync(PeerCall call, CancellationToken cancellationToken)
    {
        var head = call.Head;
        if (!operations.TryGetValue(head.Operation, out var operation))
        {
            return PeerOutcome.Because(PeerStatus.BadRequest, $"operation {(int)head.Operation} is not known here: update this machine");
        }
        try
        {
            if (head.Operation >= Operation.Heartbeat)
            {
                if (head.SentTo.Length > 0)
                {
                    self.ReachedAt(head.SentTo);
                }
                await self.MeetAsync(head.Sender, cancellationToken).ConfigureAwait(false);
            }
            if (head.Operation is < Operation.Store or Operation.Introduce)
            {
                return await Fitting(await operation(call, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            }
            if (self.NotServingBecause is { } reason)
            {
                return PeerOutcome.Because(PeerStatus.Starting, reason);
            }
            // Two clusters that are to be merged are strangers until then.
            if (head.Operation is not (Operation.Holdings or Operation.Merge) && self.StrangerBecause(head.Sender) is { } stranger)
            {
                return stranger.Outcome;
            }
            // Taken before: a "no" must not be older than the membership it is said under.
            var responder = self.Card;
            return await Fitting(await operation(call, cancellationToken).ConfigureAwait(false) with { Responder = responder }).ConfigureAwait(false);
        }
        catch (StorageException cause)
        {
            Failed(logger, head.Operation, head.Sender.Machine, cause);
            return PeerOutcome.Because(cause.Failure == StorageFailure.Full ? PeerStatus.Full : PeerStatus.Unavailable, cause.Message);
        }
        catch (Exception cause) when (cause is not IOException && !(cause is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            Failed(logger, head.Operation, head.Sender.Machine, cause);
            return PeerOutcome.Because(PeerStatus.Unavailable, $"it failed to do it ({cause.GetType().Name}); its log says why");
        }
    }

    /// <summary>An outcome that a reply can carry.</summary>
    private static async ValueTask<PeerOutcome> Fitting(PeerOutcome outcome)
    {
        var isTooLong = outcome.Payload.Length > ReplyHead.MaxPayloadLength;
        if (outcome.Content is { } content && (isTooLong || outcome.ContentLength == 0))
        {
            await content.DisposeAsync().ConfigureAwait(false);
            outcome = outcome with { Content = null };
        }
        return !isTooLong ? outcome : throw new InvalidOperationException(
            $"The answer's payload has {outcome.Payload.Length} bytes; at most {ReplyHead.MaxPayloadLength} fit into the head of a reply. Send what is long as the body.");
    }

    private PeerReply Refuse(PeerConnection connection, string reason, PeerRequest? unproven = null)
    {
        LogRefusal(connection, reason, unproven);
        return new PeerReply { Status = PeerStatus.Refused };
    }

    private void LogRefusal(PeerConnection connection, string reason, PeerRequest? unproven = null)
    {
        var host = RefusalPace.HostOf(connection.Remote);
        if (_pace.Next(host, reason) is { } silent)
        {
            Refused(logger, host, reason, unproven is null ? "" : ClaimOf(unproven), silent == 0 ? "" : $" Not logged since the last such message: {silent}.");
        }
    }

    /// <summary>Whoever is refused by mistake is found sooner by what it says of itself.</summary>
    private static string ClaimOf(PeerRequest request) =>
        !RequestHead.TryDecode(request.Head.Span, out var head) ? ""
        : $" Unproven, it says that it comes from {(head.Sender.Machine == default ? "a machine without an id" : $"machine '{head.Sender.Machine}'")}.";

    private PeerReply Sign(ClusterKey key, ReadOnlyMemory<byte> requestProof, PeerOutcome outcome)
    {
        var length = outcome.Content is null ? outcome.Message.Length : outcome.ContentLength;
        var head = new ReplyHead
        {
            Responder = outcome.Responder ?? self.Card,
            BodyHash = outcome.Message.IsEmpty ? default : SHA256.HashData(outcome.Message.Span),
            Payload = outcome.Payload,
        }.Encode();
        return new PeerReply
        {
            Status = outcome.Status,
            Head = head,
            Proof = key.SignReply(outcome.Status, length, head.Span, requestProof.Span),
            Body = outcome.Content ?? (outcome.Message.IsEmpty ? null : new ReadOnlyBytesStream(outcome.Message)),
            BodyLength = length,
        };
    }
}
