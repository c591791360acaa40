using System.Text.Json.Serialization;

namespace LightDfs;

/// <summary>What the operator wants of a machine.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MachineIntent>))]
public enum MachineIntent
{
    /// <summary>It belongs, and holds its share.</summary>
    Active = 1,

    /// <summary>It hands over what it holds, and gets nothing new.</summary>
    Draining = 2,

    /// <summary>It does not belong any more.</summary>
    Removed = 3,
}
