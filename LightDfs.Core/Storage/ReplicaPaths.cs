using System.Globalization;
using LightDfs.Ring;
using LightDfs.Storage.Disks;

namespace LightDfs.Storage;

/// <summary>Where things are in the data directory.</summary>
internal sealed class ReplicaPaths(string root)
{
    public const string ReplicaSuffix = ".replica";
    public const string TombstoneSuffix = ".tombstone";

    public const string VolumeSuffix = ".volume";
    public const string CheckpointSuffix = ".checkpoint";

    public string Root { get; } = root;

    public string Lock { get; } = Path.Combine(root, DataDirectory.LockName);

    public string Temp { get; } = Path.Combine(root, "temp");

    public string Replicas { get; } = Path.Combine(root, "replicas");

    public string Volumes { get; } = Path.Combine(root, "volumes");

    public string Aside { get; } = Path.Combine(root, "aside");

    public string Documents { get; } = Path.Combine(root, "documents");

    /// <summary>256 directories, by the top byte of the partition, so that none grows huge.</summary>
    public static string FanOutOf(FileId id) => (Partitions.Of(id) >> 8).ToString("x2", CultureInfo.InvariantCulture);

    public string DirectoryOf(FileId id) => Path.Combine(Replicas, FanOutOf(id));

    public string ReplicaOf(FileId id) => Path.Combine(DirectoryOf(id), NameOf(id) + ReplicaSuffix);

    public string TombstoneOf(FileId id) => Path.Combine(DirectoryOf(id), NameOf(id) + TombstoneSuffix);

    public string VolumeOf(int number, ulong tag) => Path.Combine(Volumes, string.Create(CultureInfo.InvariantCulture, $"{number:x8}-{tag:x16}{VolumeSuffix}"));

    /// <summary>The checkpoint of a volume.</summary>
    public static string CheckpointOf(string volume) => Path.ChangeExtension(volume, CheckpointSuffix);

    public string DocumentOf(string name) => Path.Combine(Documents, name);

    /// <summary>Reads the id from a file's name; false for names that this store never gives, or not in this directory.</summary>
    public static bool TryParse(string fanOut, string fileName, string suffix, out FileId id)
    {
        id = default;
        if (fileName.Length != 32 + suffix.Length
            || !fileName.EndsWith(suffix, StringComparison.Ordinal)
            || !UInt128.TryParse(fileName.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }
        id = new FileId(value);
        return FanOutOf(id) == fanOut && fileName.StartsWith(NameOf(id), StringComparison.Ordinal);
    }

    /// <summary>Reads number and tag from the name of a volume or of its checkpoint; false for names that this store never gives.</summary>
    public static bool TryParseVolume(string fileName, string suffix, out int number, out ulong tag)
    {
        (number, tag) = (0, 0);
        return fileName.Length == 25 + suffix.Length
            && fileName.EndsWith(suffix, StringComparison.Ordinal)
            && fileName[8] == '-'
            && !fileName.AsSpan(0, 25).ContainsAnyInRange('A', 'Z')
            && int.TryParse(fileName.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            && ulong.TryParse(fileName.AsSpan(9, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out tag)
            && number > 0;
    }

    private static string NameOf(FileId id) => id.Value.ToString("x32", CultureInfo.InvariantCulture);
}
