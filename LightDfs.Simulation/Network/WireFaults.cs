using LightDfs.Simulation.Chance;

namespace LightDfs.Simulation.Network;

/// <summary>How likely it is that something happens to a request.</summary>
internal sealed record WireFaults
{
    public static WireFaults None { get; } = new();

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    public double LostRequests { get; init; }

    public double LostReplies { get; init; }

    public double Broken { get; init; }

    public double Altered { get; init; }

    public double Late { get; init; }

    /// <summary>A run's usual weather, up to rather bad.</summary>
    public static WireFaults DrawFrom(Dice dice) => new()
    {
        MaxDelay = TimeSpan.FromMilliseconds(dice.Of([20, 100, 500, 2000, 6000])),
        LostRequests = dice.Of([0, 0, 0.01, 0.05, 0.15]),
        LostReplies = dice.Of([0, 0, 0.01, 0.05, 0.15]),
        Broken = dice.Of([0, 0.02, 0.1]),
        Altered = dice.Of([0, 0, 0.05]),
        Late = dice.Of([0, 0.1, 0.5]),
    };

    /// <summary>All drawn at once, so that what becomes of one request does not shift the draws of the next.</summary>
    public WireFate Draw(Dice dice) => new(
        dice.Skewed(TimeSpan.FromMilliseconds(1), MaxDelay),
        dice.Skewed(TimeSpan.FromMilliseconds(1), MaxDelay),
        dice.Skewed(TimeSpan.Zero, MaxDelay / 4),
        dice.Is(LostRequests),
        dice.Is(LostReplies),
        dice.Is(0.5),
        dice.Is(Broken),
        dice.Is(Broken),
        dice.Is(Altered),
        dice.Is(Altered),
        dice.Is(Late),
        dice.Share());
}

/// <summary>What becomes of one request.</summary>
internal readonly record struct WireFate(
    TimeSpan There, TimeSpan Back, TimeSpan Pace, bool LosesRequest, bool LosesReply, bool IsSilent, bool BreaksRequest, bool BreaksReply, bool AltersRequest, bool AltersReply, bool IsLate, double Where);
