using LightDfs.Storage.Disks;
using LightDfs.Storage.Index;
using LightDfs.Storage.Volumes;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

/// <summary>Finds out what the data directory holds. A killed run may have left names that are not durable, so all is flushed before it is believed.</summary>
internal sealed partial class ReplicaStoreOpening(ReplicaFiles files, ILogger logger)
{
    private IDisk Disk => files.Disk;

    /// <summary>Takes the lock, cleans up, flushes, and fills the index.</summary>
    /// <returns>The lock.</returns>
    public IDisposable Open(CancellationToken cancellationToken)
    {
        var paths = files.Paths;
        DataDirectory.Ensure(Disk, paths.Root, files.Flushing);
        var held = Disk.Lock(paths.Lock);
        try
        {
            Disk.CreateDirectory(paths.Temp);
            Disk.CreateDirectory(paths.Documents);
            Disk.CreateDirectory(paths.Replicas);
            Disk.CreateDirectory(paths.Aside);
            Disk.CreateDirectory(paths.Volumes);
            RemoveLeftovers();
            var fanOuts = Disk.DirectoriesIn(paths.Replicas).Where(IsFanOut).ToList();
            FlushAll(fanOuts);
            TellForeign(paths.Volumes, new VolumesOpening(files, logger).Open(cancellationToken));
            foreach (var fanOut in fanOuts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Index(fanOut);
            }
            TellForeign(paths.Aside, files.Aside.Load());
            files.Space.Watch();
            // Not before it is known how full the disk is: on a full one more is compacted.
            files.Care.Wake();
            Log.Opened(logger, paths.Root, files.Index.Totals.Replicas, files.Index.Totals.Tombstones);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private void TellForeign(string directory, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            Log.ForeignFile(logger, Path.Combine(directory, name));
        }
    }

    private static bool IsFanOut(string name) => name.Length == 2 && name.All(char.IsAsciiHexDigitLower);

    private void RemoveLeftovers()
    {
        var leftovers = Disk.FilesIn(files.Paths.Temp);
        foreach (var leftover in leftovers)
        {
            Disk.Delete(Path.Combine(files.Paths.Temp, leftover));
        }
        if (leftovers.Count > 0)
        {
            Log.LeftoversRemoved(logger, leftovers.Count, files.Paths.Temp);
        }
    }

    private void FlushAll(List<string> fanOuts)
    {
        foreach (var fanOut in fanOuts)
        {
            var directory = Path.Combine(files.Paths.Replicas, fanOut);
            files.FlushDirectory(directory);
            files.KnowDurable(directory);
        }
        files.FlushDirectory(files.Paths.Replicas);
        files.FlushDirectory(files.Paths.Documents);
        files.FlushDirectory(files.Paths.Temp);
        files.FlushDirectory(files.Paths.Aside);
        files.FlushDirectory(files.Paths.Volumes);
        files.FlushDirectory(files.Paths.Root);
    }

    private void Index(string fanOut)
    {
        var directory = Path.Combine(files.Paths.Replicas, fanOut);
        var names = Disk.FilesIn(directory);
        foreach (var name in names)
        {
            if (ReplicaPaths.TryParse(fanOut, name, ReplicaPaths.TombstoneSuffix, out var deleted))
            {
                TakeTombstone(ReadTombstone(deleted));
            }
            else if (!ReplicaPaths.TryParse(fanOut, name, ReplicaPaths.ReplicaSuffix, out _))
            {
                Log.ForeignFile(logger, Path.Combine(directory, name));
            }
        }
        foreach (var name in names)
        {
            if (!ReplicaPaths.TryParse(fanOut, name, ReplicaPaths.ReplicaSuffix, out var id))
            {
                continue;
            }
            if (files.Index.Find(id) is { State: ReplicaState.Deleted })
            {
                Disk.Delete(files.Paths.ReplicaOf(id));
                continue;
            }
            var (stamp, expiresAt) = ReadReplica(id);
            if (files.Index.Held(id) is not { } packed || LosesTo(packed, stamp))
            {
                files.Index.Put(stamp, expiresAt);
            }
        }
    }

    /// <summary>A tombstone in a file, from before there were volumes. Of two the later time stays.</summary>
    private void TakeTombstone(ReplicaStamp tombstone)
    {
        if (files.Index.Held(tombstone.Id) is { Stamp.State: ReplicaState.Deleted, Place.IsInVolume: true } packed && packed.Stamp.DeletedAt >= tombstone.DeletedAt)
        {
            Disk.Delete(files.Paths.TombstoneOf(tombstone.Id));
        }
        else
        {
            files.Index.Put(tombstone);
        }
    }

    /// <summary>
    /// The same id in a volume and in a file: one of them was damaged, and the other took its place. Where they are two versions, which no run of this store leaves, the smaller stays.
    /// </summary>
    private bool LosesTo(HeldReplica packed, ReplicaStamp inFile)
    {
        if (inFile.Version == 0 || inFile.Version == packed.Stamp.Version)
        {
            var isWhole = EntryBytes.AreWholeOf(files.Volumes.Find(packed.Place.Volume)!, packed.Place);
            if (isWhole == true)
            {
                Disk.Delete(files.Paths.ReplicaOf(inFile.Id));
                return false;
            }
            if (isWhole is null || inFile.Version == 0)
            {
                // Which is the good one is for a start that can read both.
                return false;
            }
            // Whoever appends alone is done when this returns.
            files.LetGoAsync(inFile.Id, isReplaced: true).GetAwaiter().GetResult();
            return true;
        }
        var wins = inFile.Version < packed.Stamp.Version;
        // Whoever appends alone is done when this returns.
        files.Aside.TakeAsync(wins ? packed : new HeldReplica(inFile, 0, null, default), SetAsideReason.Clash).GetAwaiter().GetResult();
        return wins;
    }

    private (ReplicaStamp Stamp, DateTimeOffset? ExpiresAt) ReadReplica(FileId id)
    {
        var path = files.Paths.ReplicaOf(id);
        try
        {
            using var file = Disk.OpenRead(path);
            if (file is not null && ReplicaTrailer.ReadFooter(file, id) is { } footer)
            {
                return (new ReplicaStamp(id, ReplicaState.Present, footer.Version, footer.ContentLength, default), footer.ExpiresAt);
            }
            Log.FooterDamaged(logger, path, null);
        }
        catch (StorageException unreadable) when (unreadable.Failure == StorageFailure.Failing)
        {
            // One bad sector must not keep the whole store from opening.
            Log.FooterDamaged(logger, path, unreadable);
        }
        return (new ReplicaStamp(id, ReplicaState.Damaged, 0, 0, default), null);
    }

    /// <summary>A tombstone whose time cannot be read still says "deleted", and counts as new, so that it is forgotten late rather than early.</summary>
    private ReplicaStamp ReadTombstone(FileId id)
    {
        var path = files.Paths.TombstoneOf(id);
        try
        {
            using var file = Disk.OpenRead(path);
            Span<byte> bytes = stackalloc byte[TombstoneFile.Size];
            if (file is not null
                && file.Length == TombstoneFile.Size
                && file.Read(0, bytes) == TombstoneFile.Size
                && TombstoneFile.TryDecode(bytes, out var tombstone)
                && tombstone.Id == id)
            {
                return new ReplicaStamp(id, ReplicaState.Deleted, 0, 0, tombstone.DeletedAt);
            }
            Log.TombstoneDamaged(logger, path, null);
        }
        catch (StorageException unreadable) when (unreadable.Failure == StorageFailure.Failing)
        {
            Log.TombstoneDamaged(logger, path, unreadable);
        }
        return new ReplicaStamp(id, ReplicaState.Deleted, 0, 0, TombstoneFile.Kept(files.Time.GetUtcNow()));
    }
}
