using LightDfs.Storage.Disks;

namespace LightDfs.Storage;

/// <summary>
/// Watches the free space. The disk is asked at most once a second; between, what was written since is taken off. Space promised to
/// writes that have begun counts as used, so that writes begun together cannot eat the reserve together. Thread-safe.
/// </summary>
internal sealed class SpaceGauge(IDisk disk, string root, long? reserve, TimeProvider time)
{
    /// <summary>The store calls itself full while it can still take this much: peers hear of it only a heartbeat later.</summary>
    public const long FullBelow = 64L * 1024 * 1024;

    private const long GiB = 1024L * 1024 * 1024;
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private DiskSpace _space;
    private long _askedAt;
    private bool _asked;
    private long _writtenSince;
    private long _promised;

    /// <summary>Free space that replicas leave alone on a disk of this size.</summary>
    public static long DefaultReserveOf(long total) => total < 20 * GiB ? total / 20 : Math.Max(total / 100, GiB);

    /// <summary>Bytes that replicas may still take, 0 or more.</summary>
    /// <exception cref="StorageException">The disk does not tell.</exception>
    public long Available()
    {
        lock (_lock)
        {
            return Math.Max(0, AboveReserve());
        }
    }

    /// <summary>Sets bytes aside for a write that begins.</summary>
    /// <exception cref="StorageException">They would go into the reserve.</exception>
    public void Promise(long bytes)
    {
        lock (_lock)
        {
            var available = AboveReserve();
            if (bytes > available)
            {
                throw DiskErrors.Make(
                    StorageFailure.Full,
                    "store in",
                    root,
                    $"{bytes} bytes are needed and {Math.Max(0, available)} are free above the reserve of {Reserve}");
            }
            _promised += bytes;
        }
    }

    /// <summary>Bytes promised have been written.</summary>
    public void Wrote(long bytes)
    {
        lock (_lock)
        {
            _promised -= bytes;
            _writtenSince += bytes;
        }
    }

    /// <summary>Bytes promised will not be written.</summary>
    public void Withdraw(long bytes)
    {
        lock (_lock)
        {
            _promised -= bytes;
        }
    }

    /// <summary>The disk ran full, whatever it said before; it is believed again when it is asked next.</summary>
    public void RanFull()
    {
        lock (_lock)
        {
            _space = _space with { Free = 0 };
        }
    }

    private long Reserve => reserve ?? DefaultReserveOf(_space.Total);

    private long AboveReserve()
    {
        if (!_asked || time.GetElapsedTime(_askedAt) >= AskAgain)
        {
            _space = disk.SpaceOf(root);
            _askedAt = time.GetTimestamp();
            _asked = true;
            _writtenSince = 0;
        }
        return _space.Free - _writtenSince - _promised - Reserve;
    }
}
