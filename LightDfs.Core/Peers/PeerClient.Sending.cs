using System.Collections.Concurrent;
using System.Text;

namespace LightDfs.Peers;

internal sealed partial class PeerClient
{
    /// <summary>A name may lead to several processes of which only some have the right key: then it would begin with every other request.</summary>
    private static readonly TimeSpan UnprovenPause = TimeSpan.FromMinutes(1);

    /// <summary>Addresses where there is an answer that proves nothing, with what is wrong: logged when it begins, and when it changes.</summary>
    private readonly ConcurrentDictionary<string, string> _unproven = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Reason, long At)> _unprovenLogged = new(StringComparer.Ordinal);
    private ulong _counter;

    private async Task<PeerAnswer> SendAsync(string address, Question question, CancellationToken cancellationToken)
    {
        if (rules.Refuse(address) is { } refusal)
        {
            throw new PeerUnreachableException(address, refusal);
        }
        var request = Sign(address, question);
        Attempt(logger, question.Operation, address);
        var sent = time.GetTimestamp();
        PeerReply? reply = null;
        // Lives as long as the reply: its body is read under this token.
        var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            reply = await SendInTimeAsync(address, request, question, either, cancellationToken).ConfigureAwait(false);
            var answer = new PeerAnswer(address, reply, Check(address, request, reply), either, question.Timeout, time);
            if (question.IsNoted)
            {
                await MeetAsync(answer, address, sent, cancellationToken).ConfigureAwait(false);
            }
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

    private PeerRequest Sign(string address, Question question)
    {
        if (Encoding.UTF8.GetByteCount(address) > RequestHead.MaxAddressBytes)
        {
            throw new PeerUnreachableException(address, $"the address is longer than {RequestHead.MaxAddressBytes} bytes, so it was not asked. List a shorter one.");
        }
        var body = question.Body is { Length: > 0 } some ? some : null;
        var head = new RequestHead
        {
            Operation = question.Operation,
            Target = question.Target,
            TargetIncarnation = question.Incarnation,
            SentTo = address,
            Sender = self.Card,
            Counter = Interlocked.Increment(ref _counter),
            BodyLength = body?.Length ?? 0,
            BodyHash = body is null || transport.IsProtected(address) ? default : body.Hash,
            Payload = question.Payload,
        }.Encode();
        return new PeerRequest { Head = head, Proof = keys.SignRequest(head.Span), Body = body?.Open(), BodyLength = body?.Length ?? 0, ExpectsLongReply = question.ExpectsLongReply };
    }

    private async Task<PeerReply> SendInTimeAsync(
        string address, PeerRequest request, Question question, CancellationTokenSource either, CancellationToken cancellationToken)
    {
        PeerReply? reply = null;
        OperationCanceledException? ended = null;
        // The system's timer waits, when it is disposed, for a cancelling that is under way: nobody cancels it later.
        await using (time.CreateTimer(Cancel, either, question.Timeout, Timeout.InfiniteTimeSpan).ConfigureAwait(false))
        await using (question.Contact.UnsafeRegister(Cancel, either).ConfigureAwait(false))
        {
            try
            {
                reply = await transport.SendAsync(address, request, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
            {
                ended = cause;
            }
        }
        // Asked again here: a reply that came at the last moment has a body that can be read no more.
        if (reply is not null && (!either.IsCancellationRequested || cancellationToken.IsCancellationRequested))
        {
            return reply;
        }
        if (reply is not null)
        {
            await reply.DisposeAsync().ConfigureAwait(false);
        }
        throw new PeerUnreachableException(
            address, $"no answer within {question.Timeout.TotalSeconds:0.#} s.", new TimeoutException("The peer did not answer in time.", ended));

        static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();
    }

    private ReplyHead Check(string address, PeerRequest request, PeerReply reply)
    {
        if (!keys.IsProven(reply, request.Proof.Span))
        {
            // What an unproven reply says is good for a sentence, and for nothing else.
            throw reply.Status switch
            {
                PeerStatus.Starting when reply.Proof.IsEmpty => new PeerUnreachableException(address, "it is starting or stopping, and cannot say yet who it is."),
                PeerStatus.Refused => Unproven(
                    address,
                    "it refused this machine's proof. Are LightDfs:ClusterName and LightDfs:ClusterKey the same on both, and is only one process using each data directory? Its log says which."),
                _ => Unproven(address, "its answer is not proven. Are LightDfs:ClusterName and LightDfs:ClusterKey the same on both?"),
            };
        }
        if (_unproven.ContainsKey(address))
        {
            _unproven.TryRemove(address, out _);
        }
        return ReplyHead.TryDecode(reply.Head.Span, out var head)
            ? head
            : throw new PeerUnreachableException(address, "its answer cannot be read: is it of another version of LightDfs?");
    }

    private PeerUnreachableException Unproven(string address, string reason)
    {
        var isNews = _unproven.TryAdd(address, reason) || (_unproven.TryGetValue(address, out var before) && before != reason && _unproven.TryUpdate(address, reason, before));
        if (isNews && (!_unprovenLogged.TryGetValue(address, out var logged) || logged.Reason != reason || time.GetElapsedTime(logged.At) >= UnprovenPause))
        {
            _unprovenLogged[address] = (reason, time.GetTimestamp());
            ProofRefused(logger, address, reason);
        }
        return new PeerUnreachableException(address, reason);
    }

    /// <param name="Operation">What.</param>
    /// <param name="Target">Whom; zero for whoever is there.</param>
    /// <param name="Incarnation">Which run of it; zero when not known.</param>
    /// <param name="Payload">With what.</param>
    /// <param name="Body">The body; <see langword="null"/> for none.</param>
    /// <param name="Timeout">How long to wait.</param>
    /// <param name="Contact">Ends the waiting when cancelled.</param>
    private sealed record Question(
        Operation Operation, MachineId Target, ulong Incarnation, ReadOnlyMemory<byte> Payload, PeerBody? Body, TimeSpan Timeout, CancellationToken Contact)
    {
        /// <summary>False to take nothing in of what the answer says.</summary>
        public bool IsNoted { get; init; } = true;

        public bool ExpectsLongReply { get; init; }
    }
}
