using LightDfs.Peers;
using LightDfs.Repair.Mending;
using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Machines;
using LightDfs.Testing.Network;

namespace LightDfs.Simulation.Network;

/// <summary>
/// What becomes of each request: how long it and its reply take, whether either is lost (at once, or so that the sender waits in vain), broken, altered, or late. A frozen machine
/// neither takes nor gives anything.
/// </summary>
internal sealed class Wires(World world, Dice dice)
{
    public const string ClusterKey = "the key of the simulated cluster";

    private readonly HashSet<(string From, string To)> _silent = [];
    private readonly HashSet<string> _foreign = new(StringComparer.Ordinal);
    private long _requests;

    /// <summary>How bad the weather is; changed by the faults, and calm at the end.</summary>
    public WireFaults Faults { get; set; } = WireFaults.None;

    /// <summary>How much longer confirmations of copies take.</summary>
    public TimeSpan ConfirmationsTake { get; set; }

    /// <summary>How much longer copies, and questions for files, take at most.</summary>
    public TimeSpan MovesTake { get; set; }

    /// <summary>Hears of what copies are sent; <see langword="null"/> for nobody.</summary>
    public Action<FileId>? Moving { get; set; }

    /// <summary>Hears who has been given a confirmation, which is still on its way; <see langword="null"/> for nobody.</summary>
    public Action<MachineId>? Confirmed { get; set; }

    /// <summary>How likely a message with a membership map is lost.</summary>
    public double LostMemberships { get; set; }

    /// <summary>Requests from one address to another vanish: nobody hears that they did.</summary>
    public void Silence(string from, string to) => _silent.Add((from, to));

    /// <summary>At this address something else answers for a while, such as a proxy that knows no such path.</summary>
    public void AnswerForeign(string address) => _foreign.Add(address);

    public void EndForeign(string address) => _foreign.Remove(address);

    public void EndSilence(string from, string to) => _silent.Remove((from, to));

    public void Mend()
    {
        _silent.Clear();
        _foreign.Clear();
        Faults = WireFaults.None;
        ConfirmationsTake = TimeSpan.Zero;
        MovesTake = TimeSpan.Zero;
        LostMemberships = 0;
    }

    public async ValueTask<PeerReply> InterceptAsync(InMemoryExchange exchange, CancellationToken cancellationToken)
    {
        var faults = Faults;
        var fate = faults.Draw(dice);
        var number = ++_requests;
        var what = RequestHead.TryDecode(exchange.Request.Head.Span, out var head) ? head.Operation.ToString() : "?";
        Note(number, $"{what} {Name(exchange.From)}>{Name(exchange.To)} {exchange.Request.Head.Length}+{exchange.Request.BodyLength}");
        if (head?.Operation == Operation.Mend && Moving is { } moving && MendWire.TryReadCopy(head.Payload.Span, out var id, out _, out _))
        {
            moving(id);
        }
        await world.DelayAsync(fate.There + (head?.Operation is Operation.Mend or Operation.Find ? MovesTake * fate.Where : TimeSpan.Zero), cancellationToken);
        await WhileFrozenAsync(exchange.From, cancellationToken);
        if (_silent.Contains((exchange.From, exchange.To)) || fate.LosesRequest || (head?.Operation == Operation.Membership && fate.Where < LostMemberships))
        {
            await LoseAsync(exchange, "the request", fate.IsSilent || _silent.Contains((exchange.From, exchange.To)), number, cancellationToken);
        }
        if (_foreign.Contains(exchange.To))
        {
            Note(number, "answered by something else");
            return new PeerReply { Status = PeerStatus.NotFound };
        }
        // Who is sent something too late may get it still, though its sender has given up.
        var heard = fate.IsLate ? CancellationToken.None : cancellationToken;
        await WhileFrozenAsync(exchange.To, heard);
        if (fate.BreaksRequest)
        {
            exchange.BreakRequestAfter((long)(fate.Where * exchange.Request.BodyLength));
        }
        var answering = At(exchange.To);
        var (answerer, ring) = (answering?.Id, ConfirmationChecks.RingOf(answering));
        var answer = await exchange.DeliverAsync(Paced(exchange.Request, exchange, fate), heard);
        if (head is not null)
        {
            ConfirmationChecks.Answered(world, answering, ring, head, answer.Status);
            if (head.Operation == Operation.Confirm && answer.Status == PeerStatus.Ok)
            {
                Confirmed?.Invoke(head.Sender.Machine);
            }
        }
        Note(number, $"{answer.Status} {answer.Head.Length}+{answer.BodyLength}");
        try
        {
            if (fate.BreaksReply)
            {
                exchange.BreakReplyAfter((long)(fate.Where * answer.BodyLength));
            }
            await world.DelayAsync(fate.Back + (head?.Operation == Operation.Confirm ? ConfirmationsTake : TimeSpan.Zero), cancellationToken);
            await WhileFrozenAsync(exchange.From, cancellationToken);
            if (_silent.Contains((exchange.To, exchange.From)) || fate.LosesReply)
            {
                await LoseAsync(exchange, "the reply", fate.IsSilent || _silent.Contains((exchange.To, exchange.From)), number, cancellationToken);
            }
        }
        catch
        {
            await answer.DisposeAsync();
            throw;
        }
        if (At(exchange.From) is { } asker && answerer is { } replied)
        {
            world.Replies.Arrived(asker, replied);
        }
        return answer.Body is null ? answer : new PeerReply((IAsyncDisposable)answer)
        {
            Status = answer.Status,
            Head = answer.Head,
            Proof = answer.Proof,
            Body = new WireBody(answer.Body, At(exchange.To), world, fate.Pace, fate.AltersReply ? (long)(fate.Where * answer.BodyLength) : null),
            BodyLength = answer.BodyLength,
        };
    }

    private PeerRequest Paced(PeerRequest request, InMemoryExchange exchange, WireFate fate) => request.Body is null ? request : new PeerRequest
    {
        Head = request.Head,
        Proof = request.Proof,
        Body = new WireBody(request.Body, At(exchange.From), world, fate.Pace, fate.AltersRequest ? (long)(fate.Where * request.BodyLength) : null),
        BodyLength = request.BodyLength,
    };

    private async Task LoseAsync(InMemoryExchange exchange, string what, bool silently, long number, CancellationToken cancellationToken)
    {
        Note(number, $"{what} is lost{(silently ? " in silence" : "")}");
        if (silently)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, world.Time, cancellationToken);
        }
        throw exchange.Lost(what);
    }

    private ValueTask WhileFrozenAsync(string address, CancellationToken cancellationToken) => At(address)?.Freezer.WhileFrozenAsync(cancellationToken) ?? default;

    private SimMachine? At(string address) => world.At(address);

    private string Name(string address) => At(address)?.Name ?? address;

    private void Note(long number, string what) => world.Trace.Note($"#{number} {what}");
}
