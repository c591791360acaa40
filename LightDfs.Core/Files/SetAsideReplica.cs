using System.Text.Json.Serialization;

namespace LightDfs;

/// <summary>Why a replica is set aside.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SetAsideReason>))]
public enum SetAsideReason
{
    /// <summary>Another version was stored under the same id, and won.</summary>
    Clash = 1,

    /// <summary>No owner knows it, and this machine was removed, or has an old disk: it may have been deleted meanwhile.</summary>
    Unknown = 2,
}

/// <summary>A replica that is kept, but counts for nothing: it is not served, in no digest, and never a "no".</summary>
/// <param name="Id">Whose it is.</param>
/// <param name="Version">Its version.</param>
/// <param name="Length">Length of its content in bytes.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">Since when, UTC, to the millisecond.</param>
public readonly record struct SetAsideReplica(FileId Id, [property: JsonConverter(typeof(Hex128JsonConverter))] UInt128 Version, long Length, SetAsideReason Reason, DateTimeOffset At);
