using System.Text.Json.Serialization;
using LightDfs;

namespace FileServer;

/// <summary>The cluster as this machine sees it, for people and scripts.</summary>
internal sealed record StatusDocument(
    string? Machine, bool IsReady, string? NotReadyBecause, int Members, int Copies, int WriteQuorum, string Ring, int[] PartitionsByLiveOwners, MachineDocument[] Machines, string[] Problems)
{
    public static StatusDocument Of(ClusterStatus status) => new(
        status.Self?.ToString(),
        status.IsReady,
        status.NotReadyBecause,
        status.Members,
        status.Copies,
        status.WriteQuorum,
        status.RingFingerprint,
        [.. status.PartitionsByLiveOwners],
        [.. status.Machines.Select(MachineDocument.Of)],
        [.. status.Problems]);
}

/// <summary>One machine in <see cref="StatusDocument"/>.</summary>
internal sealed record MachineDocument(
    string? Id, string[] Addresses, bool IsSelf, string State, string Why, DateTimeOffset? Since, DateTimeOffset? Started, bool IsServing, string Zone, int Weight, int OwnedPartitions,
    long? Replicas, long? Damaged, long? Tombstones, long? Bytes, long? FreeBytes, bool IsFull, string? Failure, string? DifferentSettings, double? ClockAheadSeconds)
{
    public static MachineDocument Of(MachineStatus machine) => new(
        machine.Id?.ToString(),
        [.. machine.Addresses],
        machine.IsSelf,
        machine.State.ToString(),
        machine.Why,
        machine.Since,
        machine.Started,
        machine.IsServing,
        machine.Zone,
        machine.Weight,
        machine.OwnedPartitions,
        machine.Replicas,
        machine.Damaged,
        machine.Tombstones,
        machine.Bytes,
        machine.FreeBytes,
        machine.IsFull,
        machine.Failure,
        machine.DifferentSettings,
        machine.ClockAhead?.TotalSeconds);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(ExplanationDocument))]
internal sealed partial class StatusJsonContext : JsonSerializerContext;
