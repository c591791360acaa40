using System.Text.Json.Serialization;
using LightDfs;

namespace FileServer;

/// <summary>The cluster as this machine sees it, for people and scripts.</summary>
internal sealed record StatusDocument(
    string? Machine, bool IsReady, string? NotReadyBecause, int Members, int Copies, int WriteQuorum, string Ring, MachineDocument[] Machines, string[] Problems)
{
    public static StatusDocument Of(ClusterStatus status) => new(
        status.Self?.ToString(),
        status.IsReady,
        status.NotReadyBecause,
        status.Members,
        status.Copies,
        status.WriteQuorum,
        status.RingFingerprint,
        [.. status.Machines.Select(MachineDocument.Of)],
        [.. status.Problems]);
}

/// <summary>One machine in <see cref="StatusDocument"/>.</summary>
internal sealed record MachineDocument(
    string? Id, string[] Addresses, bool IsSelf, string State, string Why, int OwnedPartitions, long? Replicas, long? Bytes, bool IsFull)
{
    public static MachineDocument Of(MachineStatus machine) => new(
        machine.Id?.ToString(),
        [.. machine.Addresses],
        machine.IsSelf,
        machine.State.ToString(),
        machine.Why,
        machine.OwnedPartitions,
        machine.Replicas,
        machine.Bytes,
        machine.IsFull);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJsonContext : JsonSerializerContext;
