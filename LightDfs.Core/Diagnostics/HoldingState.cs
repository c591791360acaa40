using System.Text.Json.Serialization;

namespace LightDfs;

/// <summary>What a machine holds under an id.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HoldingState>))]
public enum HoldingState
{
    /// <summary>Nothing.</summary>
    Nothing = 1,

    /// <summary>A replica that passed every check made so far.</summary>
    Present = 2,

    /// <summary>A tombstone: the file was deleted.</summary>
    Deleted = 3,

    /// <summary>A replica that failed verification. Neither a copy nor a "no"; whole pages of it may still be good.</summary>
    Damaged = 4,

    /// <summary>It did not tell.</summary>
    Unknown = 5,
}
