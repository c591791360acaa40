using LightDfs.Peers;

namespace LightDfs.Testing.Network;

/// <summary>
/// Delays and losses drawn from a seed: the same seed and the same order of requests give the same faults. Use <see cref="InterceptAsync"/> as
/// <see cref="InMemoryNetwork.Interceptor"/>.
/// </summary>
/// <param name="seed">What the faults are drawn from.</param>
/// <param name="time">What delays are waited on.</param>
public sealed class SeededFaults(ulong seed, TimeProvider time)
{
    private readonly Lock _lock = new();
    private ulong _state = seed;

    /// <summary>Shortest delay of a request, and of a reply. Default zero.</summary>
    public TimeSpan MinDelay { get; init; }

    /// <summary>Longest delay of a request, and of a reply. Default zero.</summary>
    public TimeSpan MaxDelay { get; init; }

    /// <summary>Share of requests that never arrive, 0 to 1. Default 0.</summary>
    public double LostRequests { get; init; }

    /// <summary>Share of replies that never arrive though the request was handled, 0 to 1. Default 0.</summary>
    public double LostReplies { get; init; }

    /// <summary>Delays, loses or delivers one request.</summary>
    public async ValueTask<PeerReply> InterceptAsync(InMemoryExchange exchange, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        // All drawn at once and in one order, so that what becomes of one request does not shift the draws of the next.
        var (there, back, request, reply) = Draw();
        await DelayAsync(there, cancellationToken);
        if (request < LostRequests)
        {
            throw exchange.Lost("the request");
        }
        var answer = await exchange.DeliverAsync(exchange.Request, cancellationToken);
        try
        {
            await DelayAsync(back, cancellationToken);
            return reply < LostReplies ? throw exchange.Lost("the reply") : answer;
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

    private (double There, double Back, double Request, double Reply) Draw()
    {
        lock (_lock)
        {
            return (Next(), Next(), Next(), Next());
        }
    }

    /// <summary>SplitMix64, after Steele, Lea and Flood (OOPSLA 2014); the top 53 bits as a number in 0..1.</summary>
    private double Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
