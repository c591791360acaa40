using System.Text.Json.Serialization;

namespace LightDfs;

/// <summary>What one machine holds under an id, as it told when it was asked.</summary>
public sealed record MachineHolding
{
    /// <summary>Its id; <see langword="null"/> for a listed address that never answered.</summary>
    public required MachineId? Machine { get; init; }

    /// <summary>Its address, the one that answered last; empty when none is known.</summary>
    public required string Address { get; init; }

    /// <summary>True for the machine that tells this.</summary>
    public required bool IsSelf { get; init; }

    /// <summary>True when the ring gives it the id's partition, so that it should hold a copy.</summary>
    public required bool IsOwner { get; init; }

    /// <summary>Whether it answers, after it was asked.</summary>
    public required MachineState State { get; init; }

    /// <summary>What it holds.</summary>
    public required HoldingState Holds { get; init; }

    /// <summary>Version of its replica; <see langword="null"/> where it holds none, or one so damaged that its version cannot be read.</summary>
    [JsonConverter(typeof(Hex128JsonConverter))]
    public UInt128? Version { get; init; }

    /// <summary>Length of its replica's content in bytes, which for a large file is the list of its segments; <see langword="null"/> where <see cref="Version"/> is.</summary>
    public long? Length { get; init; }

    /// <summary>When the file was deleted, UTC to the millisecond; <see langword="null"/> where it holds no tombstone.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Why it did not tell what it holds; <see langword="null"/> when it did.</summary>
    public string? UnknownBecause { get; init; }
}
