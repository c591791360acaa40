namespace LightDfs.Membership;

/// <summary>
/// How many machines one machine beats to in a second. In a small cluster each beats to every other. In a large one that would grow with the square, so each beats to a few neighbours, to some
/// others in turn, and to whom somebody doubts.
/// </summary>
internal sealed record BeatSettings
{
    /// <summary>The largest cluster, by default, in which each machine beats to every other.</summary>
    public const int UsualMostForAll = 32;

    /// <summary>Calls to different machines that are under way at once, where all of a large cluster are called.</summary>
    public const int CallsAtOnce = 64;

    public static BeatSettings Default { get; } = new();

    /// <summary>The largest cluster, removed machines counted, in which each machine beats to every other.</summary>
    public int MostForAll { get; init; } = UsualMostForAll;

    /// <summary>Machines next in the order of ids that a machine beats to every second: so many others, always the same, look after each.</summary>
    public int Neighbours { get; init; } = 4;

    /// <summary>Machines that it beats to besides, in turn: so nobody is left out for longer than the number of machines divided by this, in seconds.</summary>
    public int InTurn { get; init; } = 8;

    /// <summary>Machines that are down that it tries besides, those first whose last try is the longest ago; and as many that others see down and it does not.</summary>
    public int Suspects { get; init; } = 4;

    /// <summary>Membership maps that it sends in a second, since one that differs is told by everybody at once.</summary>
    public int Maps { get; init; } = 4;
}
