using LightDfs.Storage.Disks;

namespace LightDfs.Storage.Volumes;

/// <summary>
/// Finds the entries of a volume that has no checkpoint. Each head says how much was durable when it was written: damage before that is damage of something that was promised; what lies behind it may
/// be what a crash left of writes that nobody was told of, and counts only where it is whole.
/// </summary>
internal sealed class VolumeScan
{
    private const int Window = 1024 * 1024;
    private const int Alignment = 8;

    /// <summary>What a disk reads, and loses, together.</summary>
    private const int Sector = 4096;
    private readonly IDiskReader _file;
    private readonly ulong _tag;
    private readonly long _fileLength;
    private readonly byte[] _window;
    private readonly List<PlacedEntry> _entries = [];
    private long _windowStart;
    private int _windowLength;

    /// <summary>Up to here not all can be read in one go.</summary>
    private long _readBySectors;
    private long _durable;

    private VolumeScan(IDiskReader file, ulong tag)
    {
        (_file, _tag, _fileLength) = (file, tag, Math.Min(file.Length, uint.MaxValue));
        _window = new byte[Math.Clamp(_fileLength, VolumeEntry.HeadSize, Window)];
    }

    /// <summary>What counts, in order.</summary>
    public IReadOnlyList<PlacedEntry> Entries => _entries;

    /// <summary>Bytes up to the end of the last entry that counts.</summary>
    public long Length { get; private set; }

    /// <summary>Places where a head is lost that was durable once.</summary>
    public int LostHeads { get; private set; }

    /// <summary>Why some of it could not be read: another time it may be, and say more. <see langword="null"/> when all of it was read.</summary>
    public StorageException? Unreadable { get; private set; }

    /// <exception cref="StorageException">The disk failed to read; not where it is a sector that cannot be read, which is damage.</exception>
    public static VolumeScan Of(IDiskReader file, ulong tag)
    {
        var scan = new VolumeScan(file, tag);
        scan.Run();
        return scan;
    }

    private void Run()
    {
        var gaps = new List<long>();
        for (long at = 0; at + VolumeEntry.HeadSize <= _fileLength;)
        {
            if (TryReadHead(at, out var entry))
            {
                _entries.Add(new PlacedEntry(entry, at));
                at += entry.Length;
            }
            else
            {
                gaps.Add(at);
                at = NextHead(at + Alignment);
            }
        }
        LostHeads = gaps.Count(gap => gap < _durable);
        for (var number = _entries.Count - 1; number >= 0; number--)
        {
            Judge(number);
        }
        Length = _entries.Count == 0 ? 0 : _entries[^1].Offset + _entries[^1].Entry.Length;
    }

    private void Judge(int number)
    {
        var (entry, offset, _) = _entries[number];
        if (offset + entry.Length <= _durable)
        {
            // It is verified when it is read, like the file of a replica. Only what is cut off is seen here.
            _entries[number] = new PlacedEntry(entry, offset, IsDamaged: offset + entry.Length > _fileLength);
        }
        else if (IsWhole(entry, offset) is not { } isWhole)
        {
            // Perhaps it was promised: its head says nothing of its own batch.
            _entries[number] = new PlacedEntry(entry, offset, IsDamaged: true);
        }
        else if (!isWhole)
        {
            _entries.RemoveAt(number);
        }
    }

    private bool TryReadHead(long at, out VolumeEntry entry)
    {
        if (!VolumeEntry.TryDecode(At(at, VolumeEntry.HeadSize), _tag, out entry, out var durable, out _))
        {
            return false;
        }
        _durable = Math.Max(_durable, durable);
        return true;
    }

    private long NextHead(long at)
    {
        while (at + VolumeEntry.HeadSize <= _fileLength)
        {
            if (TryReadHead(at, out _))
            {
                return at;
            }
            // No head begins where nothing can be read, and each try may take the disk seconds.
            at = _windowLength == 0 ? at + Sector - (at % Sector) : at + Alignment;
        }
        return _fileLength;
    }

    /// <summary><see langword="null"/> when it cannot be read.</summary>
    private bool? IsWhole(in VolumeEntry entry, long offset)
    {
        if (offset + entry.Length > _fileLength)
        {
            return false;
        }
        var bytes = new byte[entry.Length];
        try
        {
            return _file.Read(offset, bytes) == bytes.Length && EntryBytes.AreWhole(bytes, _tag);
        }
        catch (StorageException unreadable) when (unreadable.Failure == StorageFailure.Failing)
        {
            Unreadable = unreadable;
            return null;
        }
    }

    /// <summary>Bytes of the file; fewer where it ends, or cannot be read.</summary>
    private ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset < _windowStart || offset + count > _windowStart + _windowLength)
        {
            _windowStart = offset;
            _windowLength = offset < _readBySectors ? ReadSectors(offset, count) : ReadWindow(offset, count);
        }
        var start = (int)(offset - _windowStart);
        return _window.AsSpan(start, Math.Clamp(_windowLength - start, 0, count));
    }

    private int ReadWindow(long offset, int count)
    {
        try
        {
            return _file.Read(offset, _window);
        }
        catch (StorageException unreadable) when (unreadable.Failure == StorageFailure.Failing)
        {
            // A part may still be readable.
            _readBySectors = offset + _window.Length;
            return ReadSectors(offset, count);
        }
    }

    /// <summary>Reads so many bytes, and to the end of the sector that they end in.</summary>
    private int ReadSectors(long offset, int count)
    {
        var end = (offset + count + Sector - 1) / Sector * Sector;
        try
        {
            return _file.Read(offset, _window.AsSpan(0, (int)Math.Min(end - offset, _window.Length)));
        }
        catch (StorageException unreadable) when (unreadable.Failure == StorageFailure.Failing)
        {
            Unreadable = unreadable;
            return 0;
        }
    }
}
