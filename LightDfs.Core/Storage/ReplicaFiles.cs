using System.Globalization;
using LightDfs.Chance;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Index;
using LightDfs.Storage.Volumes;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

/// <summary>What store, writers and readers share: the disk with its rules of durability, the index, and the locks.</summary>
internal sealed partial class ReplicaFiles
{
    private readonly Lock _directories = new();
    private readonly HashSet<string> _durableDirectories = new(StringComparer.Ordinal);
    private readonly ILogger _logger;
    private long _temps;

    public ReplicaFiles(IDisk disk, string root, long? reserve, TimeProvider time, PackingSettings packing, RandomSource random, ILogger logger)
    {
        (Disk, Time, Packing, Random, _logger) = (disk, time, packing, random, logger);
        Paths = new ReplicaPaths(root);
        Health = new StoreHealth(root);
        Space = new SpaceGauge(disk, root, reserve, time);
        Aside = new SetAsideFiles(this);
        Volumes = new VolumeSet(this);
        Log = new VolumeLog(this, Volumes);
        Care = new VolumeCare(this, logger);
    }

    public IDisk Disk { get; }

    public TimeProvider Time { get; }

    public ReplicaPaths Paths { get; }

    public ReplicaIndex Index { get; } = new();

    public PackingSettings Packing { get; }

    public RandomSource Random { get; }

    /// <summary>The volumes there are.</summary>
    public VolumeSet Volumes { get; }

    /// <summary>Where entries are appended.</summary>
    public VolumeLog Log { get; }

    /// <summary>What keeps volumes small.</summary>
    public VolumeCare Care { get; }

    /// <summary>True when volumes say what is deleted, or let go of: where they are used, or were.</summary>
    public bool UsesVolumes => Packing.Below > 0 || Volumes.Any;

    /// <summary>What is set aside.</summary>
    public SetAsideFiles Aside { get; }

    public IdLocks Locks { get; } = new();

    public StoreHealth Health { get; }

    public SpaceGauge Space { get; }

    public string NewTempPath() => Path.Combine(Paths.Temp, Interlocked.Increment(ref _temps).ToString("x16", CultureInfo.InvariantCulture));

    /// <summary>Remembers that this directory, and its name in its parent, are durable.</summary>
    public void KnowDurable(string directory)
    {
        lock (_directories)
        {
            _durableDirectories.Add(directory);
        }
    }

    /// <summary>Makes the directory of an id, so that it outlives a crash. The lock also keeps others from using it before that.</summary>
    public void EnsureDirectoryOf(FileId id)
    {
        var directory = Paths.DirectoryOf(id);
        lock (_directories)
        {
            if (!_durableDirectories.Contains(directory))
            {
                Disk.CreateDirectory(directory);
                FlushDirectory(Paths.Replicas);
                _durableDirectories.Add(directory);
            }
        }
    }

    /// <summary>True when there is a directory for the files of this id.</summary>
    public bool HasDirectoryOf(FileId id)
    {
        lock (_directories)
        {
            return _durableDirectories.Contains(Paths.DirectoryOf(id));
        }
    }

    /// <summary>Has the volumes say that nothing is held under this id any more, where they have said otherwise. Durable when this returns. Under the id's lock.</summary>
    /// <param name="id">Whose entries count no more.</param>
    /// <param name="isReplaced">Something else comes in its place; until then what is held counts as damaged.</param>
    public async Task LetGoAsync(FileId id, bool isReplaced)
    {
        if (Index.NeedsRemoval(id))
        {
            var placed = await Log.AppendAsync(new VolumeAppend(VolumeEntry.OfRemoval(id), default, 0, default)).ConfigureAwait(false);
            if (isReplaced)
            {
                Index.Detach(id, placed.Entry.Sequence, placed.Place);
            }
            else
            {
                Index.Remove(id, placed.Entry.Sequence, placed.Place);
            }
        }
    }

    public void Flush(IDiskWriter file) => Flushing(file.Flush);

    public void FlushDirectory(string path) => Flushing(() => Disk.FlushDirectory(path));

    /// <summary>Gives a flushed temporary file its final name, for ever.</summary>
    /// <exception cref="StorageException">It may not be there; nobody may be told that it is.</exception>
    public void Publish(string temp, string path)
    {
        Disk.Rename(temp, path);
        FlushDirectory(Path.GetDirectoryName(path)!);

        // The system reports a lost write to one flush only: if that was somebody else's, ours says nothing.
        Health.CheckFlushes();
    }

    /// <summary>Writes and publishes a small file, whole or not at all.</summary>
    public void Publish(ReadOnlySpan<byte> content, string path)
    {
        var temp = NewTempPath();
        try
        {
            using (var file = Disk.CreateNew(temp))
            {
                file.Append(content);
                Flush(file);
            }
            Publish(temp, path);
        }
        catch
        {
            Discard(temp);
            throw;
        }
    }

    /// <summary>Removes a temporary file, which may be gone already. A closed store leaves that to the next one, whose directory it is now.</summary>
    /// <returns>Why it could not be removed; <see langword="null"/> when it is gone. It does no harm, and goes when the store is opened next.</returns>
    public StorageException? Discard(string temp)
    {
        if (Health.IsClosed)
        {
            return null;
        }
        try
        {
            Disk.Delete(temp);
            return null;
        }
        catch (StorageException cause)
        {
            return cause;
        }
    }

    /// <summary>Runs a flush; when it fails, the store is done for.</summary>
    public void Flushing(Action flush)
    {
        try
        {
            flush();
        }
        catch (StorageException cause)
        {
            Health.Fail(cause);
            FlushFailed(_logger, Paths.Root, cause);
            throw;
        }
    }
}
