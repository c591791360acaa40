using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace LightDfs.Peers;

/// <summary>Asks peers: signs, sends, checks that the answer comes from the machine that was meant, and notes who answers.</summary>
internal sealed partial class PeerClient(IPeerTransport transport, ClusterKeys keys, ISelf self, PeerDirectory directory, TimeProvider time, ILogger<PeerClient> logger)
{
    private ulong _counter;

    public PeerDirectory Directory { get; } = directory;

    public bool IsProtected(string address) => transport.IsProtected(address);

    /// <summary>Asks whoever answers at an address who it is, with the membership map it answers with.</summary>
    public Task<PeerAnswer> AskAsync(string address, TimeSpan timeout, CancellationToken cancellationToken) =>
        SendAsync(address, Operation.WhoAreYou, default, 0, default, null, timeout, cancellationToken);

    /// <summary>Proposes an id to one run of a machine without one.</summary>
    public Task<PeerAnswer> ProposeAsync(string address, ulong incarnation, MachineId proposal, TimeSpan timeout, CancellationToken cancellationToken) =>
        SendAsync(address, Operation.Propose, default, incarnation, new WireWriter().Machine(proposal).Written, null, timeout, cancellationToken);

    /// <summary>Asks one machine. The answer is proven, and from that machine, though it may be a refusal.</summary>
    /// <param name="peer">Whom.</param>
    /// <param name="operation">What.</param>
    /// <param name="payload">With what.</param>
    /// <param name="body">The body; <see langword="null"/> for none.</param>
    /// <param name="timeout">How long to wait for the head of the answer.</param>
    /// <param name="cancellationToken">Cancels, also the reading of the answer's body.</param>
    /// <exception cref="PeerUnreachableException">It gave no proven answer.</exception>
    public async Task<PeerAnswer> CallAsync(
        Peer peer, Operation operation, ReadOnlyMemory<byte> payload, PeerBody? body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var view = peer.View;
            if (view.Address.Length == 0)
            {
                throw new PeerUnreachableException($"machine {peer.Id}", "no address of it is known.");
            }
            PeerAnswer answer;
            try
            {
                answer = await SendAsync(view.Address, operation, peer.Id, view.Incarnation, payload, body, timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (PeerUnreachableException cause)
            {
                if (peer.Failed(cause.Reason, inTime: cause.InnerException is not TimeoutException))
                {
                    PeerDown(logger, peer.Id, view.Address, cause.Reason);
                }
                throw;
            }
            if (answer.Responder.Machine == peer.Id)
            {
                if (answer.Status != PeerStatus.Misdirected || attempt == 2)
                {
                    return answer;
                }
                // Another run of it: now its incarnation is known.
                await answer.DisposeAsync().ConfigureAwait(false);
                continue;
            }
            await answer.DisposeAsync().ConfigureAwait(false);
            throw new PeerUnreachableException(view.Address, $"machine '{answer.Responder.Machine}' answers there, not '{peer.Id}'.");
        }
    }

    private async Task<PeerAnswer> SendAsync(
        string address, Operation operation, MachineId target, ulong incarnation, ReadOnlyMemory<byte> payload, PeerBody? body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var head = new RequestHead
        {
            Operation = operation,
            Target = target,
            TargetIncarnation = incarnation,
            SentTo = address,
            Sender = self.Card,
            Counter = Interlocked.Increment(ref _counter),
            BodyLength = body?.Length ?? 0,
            BodyHash = body is null || body.Length == 0 || transport.IsProtected(address) ? default : body.Hash,
            Payload = payload,
        }.Encode();
        var request = new PeerRequest
        {
            Head = head,
            Proof = keys.SignRequest(head.Span),
            Body = body is { Length: > 0 } ? body.Open() : null,
            BodyLength = body?.Length ?? 0,
        };
        Attempt(logger, operation, address);
        var sent = time.GetTimestamp();
        PeerReply? reply = null;
        // Lives as long as the reply: its body is read under this token.
        var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            reply = await SendInTimeAsync(address, request, timeout, either, cancellationToken).ConfigureAwait(false);
            var answer = Check(address, request, reply, either);
            await MeetAsync(answer, address, sent, cancellationToken).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            if (reply is not null)
            {
                await reply.DisposeAsync().ConfigureAwait(false);
            }
            either.Dispose();
            throw;
        }
    }

    private async Task<PeerReply> SendInTimeAsync(
        string address, PeerRequest request, TimeSpan timeout, CancellationTokenSource either, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        var contact = Directory.WhoIs(address) is { } machine ? Directory.Of(machine).InContact : CancellationToken.None;
        using var whenLate = late.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), either);
        using var whenDown = IsProbe(request) ? default : contact.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), either);
        try
        {
            return await transport.SendAsync(address, request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
        {
            throw contact.IsCancellationRequested && !late.IsCancellationRequested
                ? new PeerUnreachableException(address, "it went down.", cause)
                : new PeerUnreachableException(address, $"no answer within {timeout.TotalSeconds:0.#} s.", new TimeoutException("The peer did not answer in time.", cause));
        }
    }

    /// <summary>Questions that find out whether a machine is up must not be ended by its being down.</summary>
    private static bool IsProbe(PeerRequest request) => request.Head.Span[1] is (byte)Operation.WhoAreYou or (byte)Operation.Propose or (byte)Operation.Heartbeat;

    private PeerAnswer Check(string address, PeerRequest request, PeerReply reply, IDisposable owned)
    {
        if (!keys.IsProven(reply, request.Proof.Span))
        {
            throw new PeerUnreachableException(address, reply.Status == PeerStatus.Refused
                ? "it refused this machine's proof. Are cluster name and cluster key the same on both, and is only one process using each data directory? Its log says which."
                : "its answer is not proven. Are cluster name and cluster key the same on both?");
        }
        return ReplyHead.TryDecode(reply.Head.Span, out var replyHead)
            ? new PeerAnswer(address, reply, replyHead, owned)
            : throw new PeerUnreachableException(address, "its answer cannot be read: is it of another version of LightDfs?");
    }

    private async ValueTask MeetAsync(PeerAnswer answer, string address, long sent, CancellationToken cancellationToken)
    {
        var card = answer.Responder;
        var own = self.Card;
        if (card.Machine != default && card.Incarnation != own.Incarnation)
        {
            if (card.Machine == own.Machine)
            {
                throw new PeerUnreachableException(address, $"a machine with this machine's own id '{card.Machine}' answers there: a copy of its data directory. Give one of them an empty directory.");
            }
            var peer = Directory.Of(card.Machine);
            var ahead = card.Clock - time.GetUtcNow() + (time.GetElapsedTime(sent) / 2);
            var wasUp = peer.IsUp;
            if (!peer.Answered(card, address, ahead))
            {
                throw new PeerUnreachableException(address, $"an old or second run of machine '{card.Machine}' answers there. Does another process use a copy of its data directory?");
            }
            Directory.AnsweredAt(address, card.Machine);
            if (!wasUp)
            {
                PeerUp(logger, card.Machine, address);
            }
        }
        await self.MeetAsync(card, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>The body of a request, which may have to be sent several times.</summary>
internal sealed class PeerBody(ReadOnlyMemory<byte> content)
{
    private readonly Lazy<byte[]> _hash = new(() => SHA256.HashData(content.Span));

    public long Length => content.Length;

    /// <summary>SHA-256, computed once, when first needed.</summary>
    public ReadOnlyMemory<byte> Hash => _hash.Value;

    public Stream Open() => new ReadOnlyBytesStream(content);
}
