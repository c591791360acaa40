using LightDfs.Diagnostics;
using LightDfs.Storage.Disks;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage.Volumes;

/// <summary>Finds out what the volumes hold: from their checkpoints, or, of the volume that was the last when the power failed, from its entries. What is found is durable before it counts.</summary>
internal sealed partial class VolumesOpening(ReplicaFiles files, ILogger logger)
{
    private IDisk Disk => files.Disk;

    /// <returns>Names of files that are none of this store's.</returns>
    public IReadOnlyList<string> Open(CancellationToken cancellationToken)
    {
        var foreign = new List<string>();
        var names = Disk.FilesIn(files.Paths.Volumes);
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(files.Paths.Volumes, name);
            if (ReplicaPaths.TryParseVolume(name, ReplicaPaths.VolumeSuffix, out var number, out var tag))
            {
                Open(number, tag, path);
            }
            else if (!ReplicaPaths.TryParseVolume(name, ReplicaPaths.CheckpointSuffix, out _, out _))
            {
                foreign.Add(name);
            }
            else if (!names.Contains(Path.ChangeExtension(name, ReplicaPaths.VolumeSuffix)))
            {
                Disk.Delete(path);
            }
        }
        if (files.Volumes.Unreadable is not null)
        {
            files.Index.LeaveRoom();
        }
        return foreign;
    }

    private void Open(int number, ulong tag, string path)
    {
        if (files.Volumes.Find(number) is { } other)
        {
            throw new StorageException(StorageFailure.Failing, $"Two volumes have one number: '{other.Path}' and '{path}'. Were files of another machine's data directory copied here? Move one of them away, to where nothing is lost.");
        }
        var reader = Disk.OpenRead(path, atRandom: true) ?? throw new StorageException(StorageFailure.Failing, $"The volume '{path}' has just gone. Does another program remove files from this directory?");
        var volume = new Volume(number, tag, path, reader) { IsSealed = true };
        files.Volumes.Add(volume);
        if (files.Volumes.TryReadCheckpoint(volume, out var length, out var listed))
        {
            Take(volume, length, listed, reader.Length);
            volume.Checkpointed();
        }
        else
        {
            Scan(volume, reader);
        }
    }

    private void Scan(Volume volume, IDiskReader reader)
    {
        var scan = VolumeScan.Of(reader, volume.Tag);
        if (scan.Unreadable is not null)
        {
            volume.IsPartlyUnreadable = true;
            files.Volumes.Unreadable ??= volume;
        }
        Tell(volume, scan);
        files.Flushing(() => Disk.FlushFile(volume.Path));
        if (scan.Entries.Count == 0 && scan.LostHeads == 0 && !volume.IsPartlyUnreadable)
        {
            files.Volumes.Retire(volume, []);
            return;
        }
        foreach (var entry in scan.Entries)
        {
            volume.Add(entry);
        }
        Take(volume, scan.Length, scan.Entries, reader.Length);
        if (volume.WantsCheckpoint)
        {
            files.Volumes.WriteCheckpoint(volume);
        }
    }

    private void Tell(Volume volume, VolumeScan scan)
    {
        if (scan.Unreadable is { } cause)
        {
            Log.VolumeUnreadable(logger, volume.Path, cause);
        }
        else if (scan.LostHeads > 0)
        {
            Log.VolumeHeadLost(logger, volume.Path, scan.LostHeads);
        }
    }

    private void Take(Volume volume, long length, IReadOnlyList<PlacedEntry> entries, long fileLength)
    {
        volume.Grow(length);
        foreach (var placed in entries)
        {
            var isDamaged = placed.IsDamaged || placed.Offset + placed.Entry.Length > fileLength;
            files.Index.Recover(placed.Entry, placed.Entry.PlaceAt(volume.Number, placed.Offset), isDamaged);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogEvents.VolumeHeadLost, LogLevel.Warning, "The volume '{Path}' is damaged in {Count} places where replicas or tombstones began. Reconciling brings back what they were from other machines.", EventName = nameof(VolumeHeadLost))]
        public static partial void VolumeHeadLost(ILogger logger, string path, int count);

        [LoggerMessage(LogEvents.VolumeUnreadable, LogLevel.Warning, "Some of the volume '{Path}' cannot be read. It is kept as it is, and looked at again at the next start; meanwhile reconciling brings back what is missing from other machines. Check the disk.", EventName = nameof(VolumeUnreadable))]
        public static partial void VolumeUnreadable(ILogger logger, string path, Exception cause);
    }
}
