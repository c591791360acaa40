using LightDfs.Storage.Disks;
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
            RemoveLeftovers();
            var fanOuts = Disk.DirectoriesIn(paths.Replicas).Where(IsFanOut).ToList();
            FlushAll(fanOuts);
            foreach (var fanOut in fanOuts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Index(fanOut);
            }
            foreach (var foreign in files.Aside.Load())
            {
                Log.ForeignFile(logger, Path.Combine(paths.Aside, foreign));
            }
            files.Space.Watch();
            Log.Opened(logger, paths.Root, files.Index.Totals.Replicas, files.Index.Totals.Tombstones);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
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
                files.Index.Put(ReadTombstone(deleted));
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
            }
            else
            {
                var (stamp, expiresAt) = ReadReplica(id);
                files.Index.Put(stamp, expiresAt);
            }
        }
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
