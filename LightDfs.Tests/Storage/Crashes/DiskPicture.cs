using System.IO.Hashing;
using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Storage.Volumes;

namespace LightDfs.Tests.Storage.Crashes;

/// <summary>What is on a disk below a data directory: each file's path, and which bytes it holds.</summary>
internal sealed record DiskPicture(IReadOnlyDictionary<string, UInt128> Files)
{
    /// <summary>A picture that counts as no call. The lock says nothing and is left out.</summary>
    public static DiskPicture Of(SimulatedDisk disk, string root)
    {
        // Of one moment: machines may be compacting.
        disk = disk.Copy();
        var files = new SortedDictionary<string, UInt128>(StringComparer.Ordinal);
        Add(disk, root, "", files);
        files.Remove(DataDirectory.LockName);
        Unpack(disk, root, files);
        return new DiskPicture(files);
    }

    /// <summary>Shows what is packed as if each had a file of its own: where in which volume it lies makes no difference. Entries that something newer hides are left out, and so are checkpoints.</summary>
    private static void Unpack(SimulatedDisk disk, string root, SortedDictionary<string, UInt128> files)
    {
        foreach (var path in files.Keys.Where(path => path.StartsWith("volumes/", StringComparison.Ordinal)).ToList())
        {
            files.Remove(path);
        }
        foreach (var newest in VolumeFiles.EntriesIn(disk, root, believesCheckpoints: true).GroupBy(entry => entry.Placed.Entry.Id).Select(entries => entries.MaxBy(entry => entry.Placed.Entry.Sequence)))
        {
            var (entry, offset, _) = newest.Placed;
            // A checkpoint may list what has been cut off since.
            var bytes = disk.Peek(newest.Path)!;
            var start = Math.Min(bytes.Length, (int)offset + VolumeEntry.HeadSize);
            var body = bytes.AsSpan(start, Math.Min(bytes.Length - start, entry.TrailerLength + entry.ContentLength));
            var name = $"replicas/{ReplicaPaths.FanOutOf(entry.Id)}/{entry.Id.Value:x32}";
            if (entry.Kind == VolumeEntryKind.Replica)
            {
                files[name + ReplicaPaths.ReplicaSuffix] = XxHash128.HashToUInt128(body);
            }
            else if (entry.Kind == VolumeEntryKind.Tombstone)
            {
                files[name + ReplicaPaths.TombstoneSuffix] = (UInt128)entry.Time;
            }
        }
    }

    /// <summary>The files in one directory, directories in it included.</summary>
    public IEnumerable<string> In(string directory) => Files.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal));

    /// <summary>This picture, but one directory as in another one.</summary>
    public DiskPicture With(string directory, DiskPicture other) => new(
        new SortedDictionary<string, UInt128>(
            Files.Where(file => !file.Key.StartsWith(directory + "/", StringComparison.Ordinal)).Concat(other.In(directory).Select(path => KeyValuePair.Create(path, other.Files[path]))).ToDictionary(),
            StringComparer.Ordinal));

    /// <summary>This picture without some files.</summary>
    public DiskPicture Without(Func<string, bool> isGone) =>
        new(new SortedDictionary<string, UInt128>(Files.Where(file => !isGone(file.Key)).ToDictionary(), StringComparer.Ordinal));

    public bool Equals(DiskPicture? other) => other is not null && Files.SequenceEqual(other.Files);

    public override int GetHashCode() => Files.Count;

    public override string ToString() => Files.Count == 0 ? "(nothing)" : string.Join(" ", Files.Select(file => $"{file.Key}={(uint)file.Value:x8}"));

    private static void Add(SimulatedDisk disk, string root, string below, SortedDictionary<string, UInt128> files)
    {
        foreach (var name in disk.PeekNames(root + below))
        {
            files[$"{below}/{name}"[1..]] = XxHash128.HashToUInt128(disk.Peek($"{root}{below}/{name}"));
        }
        foreach (var name in disk.PeekDirectories(root + below))
        {
            Add(disk, root, $"{below}/{name}", files);
        }
    }
}
