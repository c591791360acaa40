using LightDfs.Storage.Disks;

namespace LightDfs.Storage.Volumes;

/// <summary>One file of entries. It only grows, and only while it is the last; its reader is kept open, and closed when the volume is retired and nobody reads from it any more.</summary>
internal sealed class Volume(int number, ulong tag, string path, IDiskReader reader)
{
    private readonly EntryList _entries = [];
    private int _users = 1;
    private long _length;
    private bool _isSealed;

    public int Number { get; } = number;

    /// <summary>Seeds the checksums of heads.</summary>
    public ulong Tag { get; } = tag;

    public string Path { get; } = path;

    /// <summary>Bytes of entries, all of them durable.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>True once nothing is appended any more.</summary>
    public bool IsSealed
    {
        get => Volatile.Read(ref _isSealed);
        set => Volatile.Write(ref _isSealed, value);
    }

    /// <summary>True when some of it could not be read when it was opened. What it holds is then not all known, so it gets no checkpoint, and is looked at again at the next start.</summary>
    public bool IsPartlyUnreadable { get; set; }

    /// <summary>True when the checkpoint on disk says all that is in it. Until then its entries are kept in memory.</summary>
    public bool HasCheckpoint { get; private set; }

    /// <summary>True when a checkpoint is to be written: of what is complete, and known.</summary>
    public bool WantsCheckpoint => IsSealed && !HasCheckpoint && !IsPartlyUnreadable;

    /// <summary>What has been appended, or found; none once it has a checkpoint. By the one who appends, or when it is sealed.</summary>
    public IReadOnlyList<PlacedEntry> Entries => _entries;

    public void Add(in PlacedEntry entry) => _entries.Add(entry);

    /// <summary>All up to here is durable, and may be read.</summary>
    public void Grow(long length) => Interlocked.Exchange(ref _length, length);

    public void Checkpointed()
    {
        HasCheckpoint = true;
        _entries.Clear();
    }

    public int Read(long offset, Span<byte> buffer) => reader.Read(offset, buffer);

    /// <summary>Keeps it open until <see cref="Release"/>. False when it is closed already.</summary>
    public bool TryAcquire()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }
            users = seen;
        }
        return false;
    }

    /// <summary>The last one out closes it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            reader.Dispose();
        }
    }
}

/// <summary>An entry with its place in its volume.</summary>
/// <param name="Entry">What it says.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="IsDamaged">Some of it could not be read when the volume was opened.</param>
internal readonly record struct PlacedEntry(VolumeEntry Entry, long Offset, bool IsDamaged = false);
