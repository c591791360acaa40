using Microsoft.Extensions.Logging;

namespace LightDfs.Peers;

/// <summary>Asks peers: signs, sends, checks that the answer comes from the machine that was meant, and notes who answers.</summary>
internal sealed partial class PeerClient(
    IPeerTransport transport, AddressRules rules, ClusterKeys keys, ISelf self, PeerDirectory directory, TimeProvider time, ILogger<PeerClient> logger)
{
    public PeerDirectory Directory { get; } = directory;

    /// <summary>Why an address is not asked, whoever names it; <see langword="null"/> when it may be.</summary>
    public string? WhyNotAsked(string address) => rules.Refuse(address);

    /// <summary>True when the last answer from an address proved nothing.</summary>
    public bool IsUnprovenAt(string address) => _unproven.ContainsKey(address);

    /// <summary>Asks whoever answers at an address who it is, with the membership map it answers with.</summary>
    /// <param name="address">Where.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="withMap">False to be spared the map, which is long where there are many machines.</param>
    /// <exception cref="PeerUnreachableException">No proven answer came.</exception>
    public Task<PeerAnswer> AskAsync(string address, TimeSpan timeout, CancellationToken cancellationToken, bool withMap = true) =>
        SendAsync(address, new Question(Operation.WhoAreYou, default, 0, WhoAreYou(withMap), null, timeout, CancellationToken.None), cancellationToken);

    /// <summary>Asks who answers at an address, and notes nothing; <see langword="null"/> for nobody.</summary>
    public async Task<MachineCard?> WhoAnswersAsync(string address, TimeSpan timeout, CancellationToken cancellationToken, bool withMap = true)
    {
        try
        {
            var question = new Question(Operation.WhoAreYou, default, 0, WhoAreYou(withMap), null, timeout, CancellationToken.None) { IsNoted = false };
            var answer = await SendAsync(address, question, cancellationToken).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                return answer.Responder;
            }
        }
        catch (PeerUnreachableException)
        {
            return null;
        }
    }

    /// <summary>Proposes an id to one run of a machine without one.</summary>
    /// <exception cref="PeerUnreachableException">No proven answer came.</exception>
    public Task<PeerAnswer> ProposeAsync(string address, ulong incarnation, MachineId proposal, TimeSpan timeout, CancellationToken cancellationToken) => SendAsync(
        address, new Question(Operation.Propose, default, incarnation, new WireWriter().Machine(proposal).Written, null, timeout, CancellationToken.None), cancellationToken);

    /// <summary>Asks one machine, also one that is down: it may be back. The answer is proven, and from that machine, though it may be a refusal.</summary>
    /// <param name="peer">Whom.</param>
    /// <param name="operation">What.</param>
    /// <param name="payload">With what.</param>
    /// <param name="body">The body; <see langword="null"/> for none.</param>
    /// <param name="timeout">How long to wait for the head of the answer, and for a message as its body. A machine that goes down meanwhile ends the waiting sooner.</param>
    /// <param name="cancellationToken">Cancels, also the reading of the answer's body.</param>
    /// <param name="expectsLongReply">Whether the answer's body is expected to be more than a few hundred KiB.</param>
    /// <exception cref="PeerUnreachableException">It gave no proven answer.</exception>
    public async Task<PeerAnswer> CallAsync(
        Peer peer, Operation operation, ReadOnlyMemory<byte> payload, PeerBody? body, TimeSpan timeout, CancellationToken cancellationToken, bool expectsLongReply = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            var view = peer.View;
            if (view.Address.Length == 0)
            {
                throw new PeerUnreachableException($"machine {peer.Id}", "no address of it is known.");
            }
            // A heartbeat finds out whether it is up, so its being down must not end that.
            var contact = view.State == MachineState.Up && operation != Operation.Heartbeat ? peer.InContact : CancellationToken.None;
            PeerAnswer answer;
            try
            {
                answer = await SendAsync(
                    view.Address, new Question(operation, peer.Id, view.Incarnation, payload, body, timeout, contact) { ExpectsLongReply = expectsLongReply }, cancellationToken).ConfigureAwait(false);
            }
            catch (PeerUnreachableException cause) when (contact.IsCancellationRequested)
            {
                // Why it is down is known better already.
                throw new PeerUnreachableException(view.Address, $"it went down: {peer.View.Why}", cause);
            }
            catch (PeerUnreachableException cause)
            {
                NoteFailure(peer, view, cause);
                throw;
            }
            if (answer.Responder.Machine != peer.Id)
            {
                await answer.DisposeAsync().ConfigureAwait(false);
                var cause = new PeerUnreachableException(view.Address, PeerDirectory.AnswersThere(answer.Responder.Machine));
                NoteFailure(peer, view, cause);
                throw cause;
            }
            if (answer.Status != PeerStatus.Misdirected || attempt == 2)
            {
                return answer;
            }
            // Another run of it: now its incarnation is known.
            await answer.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Nothing, as ever, for everything.</summary>
    private static ReadOnlyMemory<byte> WhoAreYou(bool withMap) => withMap ? default : new WireWriter().Bool(false).Written;

    private void NoteFailure(Peer peer, PeerView asked, PeerUnreachableException cause)
    {
        if (peer.Failed(asked, cause.Reason, inTime: cause.InnerException is not TimeoutException))
        {
            if (peer.IsLeaving)
            {
                PeerLeft(logger, peer.Id, asked.Address);
            }
            else
            {
                PeerDown(logger, peer.Id, asked.Address, cause.Reason);
            }
        }
    }

    private async ValueTask MeetAsync(PeerAnswer answer, string address, long sent, CancellationToken cancellationToken)
    {
        var card = answer.Responder;
        if (await self.RefuseAnswerAsync(card, address, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            LogDown(Directory.NobodyAt(address, refusal), address);
            throw new PeerUnreachableException(address, refusal);
        }
        if (card.Machine != default && card.Machine != self.Id)
        {
            var peer = Directory.Of(card.Machine);
            var ahead = card.Clock - time.GetUtcNow() + (time.GetElapsedTime(sent) / 2);
            var wasUp = peer.IsUp;
            if (!peer.Answered(card, address, ahead))
            {
                throw new PeerUnreachableException(address, $"an old or second run of machine '{card.Machine}' answers there. Does another process use a copy of its data directory?");
            }
            LogDown(Directory.AnsweredAt(address, card.Machine), address);
            if (!wasUp)
            {
                PeerUp(logger, card.Machine, address);
            }
        }
        await self.MeetAsync(card, cancellationToken).ConfigureAwait(false);
    }

    private void LogDown(Peer? displaced, string address)
    {
        if (displaced is not null)
        {
            PeerDown(logger, displaced.Id, address, displaced.View.Why);
        }
    }
}
