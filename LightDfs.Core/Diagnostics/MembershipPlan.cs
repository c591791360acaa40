namespace LightDfs;

/// <summary>What a change would do, as machines tell what they hold now.</summary>
public sealed record MembershipPlan
{
    /// <summary>The change.</summary>
    public required MembershipChange Change { get; init; }

    /// <summary>What would be sent from where to where, by sender and receiver.</summary>
    public required IReadOnlyList<PlannedMove> Moves { get; init; }

    /// <summary>Bytes that would be sent in all.</summary>
    public long TotalBytes => Moves.Sum(move => move.Bytes);

    /// <summary>
    /// Copies that each file has for certain at every moment on the way, on machines that answer; where two machines hold a partition differently, one is counted.
    /// <see langword="null"/> when nothing is held.
    /// </summary>
    public required int? LowestCopies { get; init; }

    /// <summary>Why the change is refused, each a sentence with what to do instead. Empty when it is not.</summary>
    public required IReadOnlyList<string> Refusals { get; init; }

    /// <summary>What to think of before it is applied, each a sentence.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
