using System.Text.Json.Serialization;
using LightDfs;

namespace FileServer;

/// <summary>The cluster as this machine sees it, for people and scripts.</summary>
internal sealed record StatusDocument(
    string? Machine, bool IsReady, string? NotReadyBecause, int Members, int Copies, int WriteQuorum, string Ring, int[] PartitionsByLiveOwners, RepairDocument Repair, MachineDocument[] Machines, string[] Problems)
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
        RepairDocument.Of(status.Repair),
        [.. status.Machines.Select(MachineDocument.Of)],
        [.. status.Problems]);
}

/// <summary>One machine in <see cref="StatusDocument"/>.</summary>
internal sealed record MachineDocument(
    string? Id, string[] Addresses, bool IsSelf, string State, string Why, DateTimeOffset? Since, DateTimeOffset? Started, bool IsServing, string Zone, int Weight, int OwnedPartitions,
    long? Replicas, long? Damaged, long? Tombstones, long? Bytes, long? FreeBytes, bool IsFull, string? Failure, string? DifferentSettings, double? ClockAheadSeconds,
    string? Intent, bool IsOut, DateTimeOffset? AwayUntil, long? Missing, long? Strays, long? SetAside)
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
        machine.ClockAhead?.TotalSeconds,
        machine.Intent?.ToString(),
        machine.IsOut,
        machine.AwayUntil,
        machine.Missing,
        machine.Strays,
        machine.SetAside);
}

/// <summary>How far this machine is with mending copies.</summary>
internal sealed record RepairDocument(DateTimeOffset? LastPass, DateTimeOffset? RunningSince, bool IsDone, long Missing, long Strays, long SentCopies, long SentBytes, long[] PartitionsByCopies, long[] ReplicasByCopies, string[] Unreached)
{
    public static RepairDocument Of(RepairStatus repair) => new(
        repair.LastPass,
        repair.RunningSince,
        repair.IsDone,
        repair.Missing,
        repair.Strays,
        repair.SentCopies,
        repair.SentBytes,
        [.. repair.PartitionsByCopies],
        [.. repair.ReplicasByCopies],
        [.. repair.Unreached.Select(machine => $"{machine.Key}: {machine.Value}")]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(ExplanationDocument))]
internal sealed partial class StatusJsonContext : JsonSerializerContext;
