using System.Collections.Concurrent;

namespace LightDfs.Storage.Volumes;

/// <summary>The volumes there are. Thread-safe.</summary>
internal sealed class VolumeSet(ReplicaFiles files)
{
    private readonly ConcurrentDictionary<int, Volume> _all = [];
    private int _last;

    public bool Any => !_all.IsEmpty;

    /// <summary>One of which some could not be read when it was opened; <see langword="null"/> when all were read.</summary>
    public Volume? Unreadable { get; set; }

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<Volume> All => [.. _all.Values.OrderBy(volume => volume.Number)];

    public void Add(Volume volume)
    {
        _all[volume.Number] = volume;
        _last = Math.Max(_last, volume.Number);
    }

    /// <summary>A new path for a new volume, with a number that no other has, also when the volume is not begun then. By one at a time.</summary>
    public (int Number, ulong Tag, string Path) Next()
    {
        var (number, tag) = (checked(++_last), files.Random.NextUInt64());
        return (number, tag, files.Paths.VolumeOf(number, tag));
    }

    public Volume? Find(int number) => _all.GetValueOrDefault(number);

    /// <summary>A volume, kept open until it is released; <see langword="null"/> when it has been retired: what it held lies elsewhere.</summary>
    public Volume? Acquire(int number) => _all.TryGetValue(number, out var volume) && volume.TryAcquire() ? volume : null;

    /// <summary>Writes down what a sealed volume holds.</summary>
    public void WriteCheckpoint(Volume volume)
    {
        files.Publish(VolumeCheckpoint.Encode(volume.Tag, volume.Length, volume.Entries), ReplicaPaths.CheckpointOf(volume.Path));
        volume.Checkpointed();
    }

    /// <summary>What a sealed volume holds.</summary>
    public IReadOnlyList<PlacedEntry> EntriesOf(Volume volume) =>
        !volume.HasCheckpoint ? volume.Entries : TryReadCheckpoint(volume, out _, out var entries) ? entries : ScanAgain(volume);

    /// <summary>Reads the checkpoint of a volume; false when there is none that can be believed.</summary>
    public bool TryReadCheckpoint(Volume volume, out long length, out PlacedEntry[] entries)
    {
        (length, entries) = (0, []);
        using var file = files.Disk.OpenRead(ReplicaPaths.CheckpointOf(volume.Path));
        if (file is null || file.Length > Array.MaxLength)
        {
            return false;
        }
        var bytes = new byte[file.Length];
        try
        {
            return file.Read(0, bytes) == bytes.Length && VolumeCheckpoint.TryDecode(bytes, volume.Tag, out length, out entries);
        }
        catch (StorageException unreadable) when (unreadable.Failure == StorageFailure.Failing)
        {
            return false;
        }
    }

    /// <summary>Nothing of it counts any more: removes it, so that it is gone for good when this returns.</summary>
    public void Retire(Volume volume, IReadOnlyList<PlacedEntry> entries)
    {
        files.Disk.Delete(volume.Path);
        files.Disk.Delete(ReplicaPaths.CheckpointOf(volume.Path));
        files.FlushDirectory(files.Paths.Volumes);
        files.Index.Retire(volume.Number, entries.Select(entry => entry.Entry.Id));
        _all.TryRemove(volume.Number, out _);
        volume.Release();
    }

    /// <summary>Closes all, when the store is closed.</summary>
    public void Close()
    {
        foreach (var volume in All)
        {
            _all.TryRemove(volume.Number, out _);
            volume.Release();
        }
    }

    /// <summary>Its checkpoint has been damaged since it was written.</summary>
    private IReadOnlyList<PlacedEntry> ScanAgain(Volume volume)
    {
        using var file = files.Disk.OpenRead(volume.Path)
            ?? throw new StorageException(StorageFailure.Failing, $"The volume '{volume.Path}' has gone. Was it removed by hand? Restart this machine, so that reconciling brings back what it held.");
        return VolumeScan.Of(file, volume.Tag).Entries;
    }
}
