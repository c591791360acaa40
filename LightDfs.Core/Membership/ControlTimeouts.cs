namespace LightDfs.Membership;

/// <summary>How often peers are asked, and how long small questions wait for an answer.</summary>
internal static class ControlTimeouts
{
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(3);

    /// <summary>How long a peer source may take to name the peers.</summary>
    public static readonly TimeSpan PeerSource = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(1);

    /// <summary>The first round of asking is repeated after this, then after twice as long, and so on up to <see cref="HeartbeatEvery"/>.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);

    /// <summary>A clock that differs by more is reported.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>What a machine told of itself, and of others, counts as what is now for so long.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    /// <summary>What was seen once, and whose end nobody sees, counts for so long.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);
}
