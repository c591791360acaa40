using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Benchmarks.Store;

/// <summary>Stores on the disk, without cluster and network.</summary>
internal static class Stores
{
    /// <summary>Packs whatever a volume takes.</summary>
    public static PackingSettings Everything { get; } = PackingSettings.Default with { Below = VolumeEntry.MaxContentLength };

    /// <summary>A store that is not open yet.</summary>
    public static FileReplicaStore In(string directory, PackingSettings packing) =>
        new(new PhysicalDisk(), directory, reserve: null, TimeProvider.System, NullLogger.Instance, packing);

    /// <summary>Bytes of files that end so below a directory.</summary>
    public static long BytesOf(string directory, string suffix = "") =>
        new DirectoryInfo(directory).EnumerateFiles("*" + suffix, SearchOption.AllDirectories).Sum(file => file.Length);

    /// <exception cref="InvalidOperationException">Something is damaged, or volumes cannot be compacted: then the figures mean nothing.</exception>
    public static void Check(FileReplicaStore store)
    {
        var usage = store.Usage;
        if (usage.Damaged > 0 || usage.Failure is not null || usage.Trouble is not null)
        {
            throw new InvalidOperationException($"The store is not well: {usage.Damaged} damaged. {usage.Failure} {usage.Trouble}");
        }
    }
}
