using System.Text.Json.Serialization;

namespace LightDfs;

/// <summary>Whether a machine answers, as another one sees it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MachineState>))]
public enum MachineState
{
    /// <summary>It answered the last time it was asked.</summary>
    Up = 1,

    /// <summary>It did not answer the last time it was asked, or answered that it cannot serve.</summary>
    Down = 2,

    /// <summary>A listed address that never answered.</summary>
    NeverAnswered = 3,
}
