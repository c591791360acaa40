using LightDfs.Storage;
using LightDfs.Testing.Storage;

namespace LightDfs.Tests.Storage.Crashes;

/// <summary>What a store does, step by step, before and while the power fails.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Prepare">What is done, and durable, before.</param>
/// <param name="Steps">What is done then. A step that returned is acknowledged.</param>
internal sealed record CrashScenario(string Name, Func<FileReplicaStore, Task> Prepare, params Func<FileReplicaStore, Task>[] Steps)
{
    /// <summary>Other pictures that may be found between a picture and the next: of a step that changes two places, one after the other.</summary>
    public Func<DiskPicture, DiskPicture, IEnumerable<DiskPicture>> Between { get; init; } = (_, _) => [];

    /// <summary>What befalls the disk after the preparation: damage, for one.</summary>
    public Action<SimulatedDisk, string> Spoil { get; init; } = (_, _) => { };

    public override string ToString() => Name;
}
