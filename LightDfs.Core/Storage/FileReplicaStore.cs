using LightDfs.Chance;
using LightDfs.Files;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

/// <summary>
/// Keeps replicas as files below a data directory: a small one as an entry of a volume, a large one whole in a file of its own; with a checksum for every 64 KiB, flushed before it is visible.
/// </summary>
/// <remarks>
/// Below the root: <c>lock</c>, <c>temp/</c> (emptied at open), <c>replicas/00</c> to <c>replicas/ff</c> (by the top byte of the partition), <c>volumes/</c> (small replicas, tombstones, and what was let go of),
/// <c>documents/</c>, <c>aside/</c> (what is set aside).
/// On Windows a file name may not outlive a power failure right after it was made: there directories cannot be flushed.
/// </remarks>
internal sealed partial class FileReplicaStore : IReplicaStore
{
    private readonly ReplicaFiles _files;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _documents = new(1, 1);
    private IDisposable? _lock;

    /// <summary>Makes a store of this directory. Nothing is touched before <see cref="OpenAsync"/>.</summary>
    /// <param name="root">The data directory; made when it is not there. A relative path is below the current directory.</param>
    /// <param name="reserve">
    /// Free space that replicas leave alone, in bytes, at least 0. <see langword="null"/> is 1 % of the disk, but at least 1 GiB or, on a disk below 20 GiB, 5 %.
    /// </param>
    /// <param name="time">Paces questions for the free space; <see langword="null"/> is the system's.</param>
    /// <param name="logger">Hears what was found damaged.</param>
    public FileReplicaStore(string root, long? reserve, TimeProvider? time, ILogger<FileReplicaStore> logger)
        : this(new PhysicalDisk(), Path.GetFullPath(root), reserve, time, logger, PackingSettings.Default)
    {
    }

    internal FileReplicaStore(IDisk disk, string root, long? reserve, TimeProvider? time, ILogger logger, PackingSettings? packing = null, RandomSource? random = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentNullException.ThrowIfNull(logger);
        if (reserve is { } bytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(reserve));
        }
#pragma warning disable RS0030 // The default of an optional parameter.
        _files = new ReplicaFiles(disk, root, reserve, time ?? TimeProvider.System, packing ?? PackingSettings.Off, random ?? RandomSource.Strong, logger);
#pragma warning restore RS0030
        _logger = logger;
    }

    /// <inheritdoc/>
    public ReplicaStoreUsage Usage
    {
        get
        {
            _files.Health.CheckOpen();
            var totals = _files.Index.Totals;
            var available = _files.Space.Available(out var silent);
            return new ReplicaStoreUsage(
                totals.Replicas, totals.Damaged, totals.Tombstones, totals.Bytes, available, available < SpaceGauge.FullBelow, _files.Health.Failure ?? silent)
            {
                Trouble = _files.Care.Trouble,
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_files.Health.IsClosed, this);
        if (_lock is not null)
        {
            throw new InvalidOperationException($"The store in '{_files.Paths.Root}' is open already. It is opened once.");
        }
        _lock = await Task.Run(() => new ReplicaStoreOpening(_files, _logger).Open(cancellationToken), cancellationToken).ConfigureAwait(false);
        _files.Health.Open();
    }

    /// <inheritdoc/>
    public ReplicaStamp? Find(FileId id)
    {
        _files.Health.CheckOpen();
        return _files.Index.Find(id);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReplicaStamp> List(FileId? after, int limit)
    {
        _files.Health.CheckOpen();
        return _files.Index.List(after, limit);
    }

    /// <inheritdoc/>
    public IReadOnlyList<FileId> ListExpired(DateTimeOffset until, int limit)
    {
        _files.Health.CheckOpen();
        return _files.Index.ListExpired(until, limit);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReplicaStamp> ListPartition(int partition)
    {
        _files.Health.CheckOpen();
        return _files.Index.ListPartition(partition);
    }

    /// <inheritdoc/>
    public IReadOnlyList<HeldPartition> ListPartitions()
    {
        _files.Health.CheckOpen();
        return _files.Index.ListPartitions();
    }

    /// <inheritdoc/>
    public PartitionDigest DigestOf(int partition)
    {
        _files.Health.CheckOpen();
        return _files.Index.DigestOf(partition);
    }

    /// <inheritdoc/>
    public ValueTask<IReplicaWriter> BeginAsync(FileId id, FileRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentOutOfRangeException.ThrowIfNegative(record.ReplicaLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.ReplicaLength, ReplicaFooter.MaxContentLength);
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckWritable();
        // A file is made on another thread: a disk that hangs must not hold up the sending to peers.
        return record.ReplicaLength < _files.Packing.Below
            ? new ValueTask<IReplicaWriter>(new PackedReplicaWriter(_files, id, record))
            : new ValueTask<IReplicaWriter>(Task.Run<IReplicaWriter>(() => new FileReplicaWriter(_files, id, record), cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _files.Health.Close();
        _files.Space.Dispose();
        await _files.Care.DisposeAsync().ConfigureAwait(false);
        await _files.Locks.DrainAsync().ConfigureAwait(false);
        CloseVolumes();
        await _documents.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _documents.Release();
        Interlocked.Exchange(ref _lock, null)?.Dispose();
    }

    /// <summary>Ends when there is nothing to compact, and no checkpoint to write.</summary>
    internal Task RestAsync() => _files.Care.RestAsync();

    /// <summary>What the last volume holds is written down, so that the next start need not read it, and knows what was promised.</summary>
    private void CloseVolumes()
    {
        _files.Log.Seal();
        try
        {
            foreach (var volume in _files.Volumes.All.Where(volume => volume.WantsCheckpoint && _files.Health.Failure is null))
            {
                _files.Volumes.WriteCheckpoint(volume);
            }
        }
        catch (Exception cause) when (cause is StorageException or ObjectDisposedException)
        {
            Log.CheckpointNotWritten(_logger, _files.Paths.Volumes, cause);
        }
        _files.Volumes.Close();
    }
}
