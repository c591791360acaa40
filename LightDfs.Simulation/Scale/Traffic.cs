using LightDfs.Peers;
using LightDfs.Testing.Network;
using LightDfs.Testing.Time;

namespace LightDfs.Simulation.Scale;

/// <summary>A network on which nothing is lost, and every request and reply takes a millisecond in all; and what went over it, by what was asked.</summary>
internal sealed class Traffic(SimulatedTime time)
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(1);
    private readonly long[] _calls = new long[256];
    private readonly long[] _bytes = new long[256];

    /// <summary>The address of whose questions alone are counted; <see langword="null"/> for everybody's.</summary>
    public string? Only { get; set; }

    public async ValueTask<PeerReply> InterceptAsync(InMemoryExchange exchange, CancellationToken cancellationToken)
    {
        var request = exchange.Request;
        // The second byte of a head is its operation.
        var operation = request.Head.Span[1];
        var isCounted = Only is null || Only == exchange.From;
        if (isCounted)
        {
            _calls[operation]++;
            _bytes[operation] += request.Head.Length + request.Proof.Length + request.BodyLength;
        }
        await Task.Delay(RoundTrip, time, cancellationToken);
        var reply = await exchange.DeliverAsync(request, cancellationToken);
        if (isCounted)
        {
            _bytes[operation] += reply.Head.Length + reply.Proof.Length + reply.BodyLength;
        }
        return reply;
    }

    /// <summary>What went by since the beginning.</summary>
    public Totals Now => new([.. _calls], [.. _bytes]);
}

/// <summary>Calls and their bytes, both ways, by operation.</summary>
internal sealed record Totals(long[] Calls, long[] Bytes)
{
    public Totals Since(Totals before) => new([.. Calls.Zip(before.Calls, (now, then) => now - then)], [.. Bytes.Zip(before.Bytes, (now, then) => now - then)]);

    public (long Calls, long Bytes) Of(params Operation[] operations) => (operations.Sum(one => Calls[(int)one]), operations.Sum(one => Bytes[(int)one]));

    /// <summary>Looking after each other: everything that is not about files.</summary>
    public (long Calls, long Bytes) Care => Of(Operation.WhoAreYou, Operation.Heartbeat, Operation.Introduce, Operation.Membership);

    /// <summary>Comparing and mending.</summary>
    public (long Calls, long Bytes) Mending => Of(Operation.Compare, Operation.Confirm, Operation.Mend, Operation.Tombstones);
}
