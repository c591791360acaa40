using LightDfs.Peers;
using LightDfs.Testing.Chance;

namespace LightDfs.Testing.Network;

/// <summary>
/// Delays, losses and bodies that break off, drawn from a seed: the same seed and the same order of requests give the same faults. Use <see cref="InterceptAsync"/> as
/// <see cref="InMemoryNetwork.Interceptor"/>.
/// </summary>
/// <param name="seed">What the faults are drawn from.</param>
/// <param name="time">What delays are waited on.</param>
public sealed class SeededFaults(ulong seed, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SeededRandom _random = new(seed);

    /// <summary>Shortest delay of a request, and of a reply. Default zero.</summary>
    public TimeSpan MinDelay { get; init; }

    /// <summary>Longest delay of a request, and of a reply. Default zero.</summary>
    public TimeSpan MaxDelay { get; init; }

    /// <summary>Share of requests that never arrive, 0 to 1. Default 0.</summary>
    public double LostRequests { get; init; }

    /// <summary>Share of replies that never arrive though the request was handled, 0 to 1. Default 0.</summary>
    public double LostReplies { get; init; }

    /// <summary>Share of requests whose body breaks off before its end, 0 to 1. Default 0.</summary>
    public double BrokenRequests { get; init; }

    /// <summary>Share of replies whose body breaks off before its end, 0 to 1. Default 0.</summary>
    public double BrokenReplies { get; init; }

    /// <summary>Delays, loses, breaks or delivers one request.</summary>
    public async ValueTask<PeerReply> InterceptAsync(InMemoryExchange exchange, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var drawn = Draw();
        await DelayAsync(drawn.There, cancellationToken);
        if (drawn.Request < LostRequests)
        {
            throw exchange.Lost("the request");
        }
        if (drawn.BreakRequest < BrokenRequests)
        {
            exchange.BreakRequestAfter((long)(drawn.Where * exchange.Request.BodyLength));
        }
        var answer = await exchange.DeliverAsync(exchange.Request, cancellationToken);
        if (drawn.BreakReply < BrokenReplies)
        {
            exchange.BreakReplyAfter((long)(drawn.Where * answer.BodyLength));
        }
        try
        {
            await DelayAsync(drawn.Back, cancellationToken);
            return drawn.Reply < LostReplies ? throw exchange.Lost("the reply") : answer;
        }
        catch
        {
            await answer.DisposeAsync();
            throw;
        }
    }

    private Task DelayAsync(double share, CancellationToken cancellationToken)
    {
        var delay = MinDelay + ((MaxDelay - MinDelay) * share);
        return delay > TimeSpan.Zero ? Task.Delay(delay, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>All drawn at once and in one order, so that what becomes of one request does not shift the draws of the next.</summary>
    private Drawn Draw()
    {
        lock (_lock)
        {
            return new Drawn(_random.Share(), _random.Share(), _random.Share(), _random.Share(), _random.Share(), _random.Share(), _random.Share());
        }
    }

    private readonly record struct Drawn(double There, double Back, double Request, double Reply, double BreakRequest, double BreakReply, double Where);
}
