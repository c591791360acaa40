using LightDfs.Files;

namespace LightDfs.Cluster;

/// <summary>
/// What clients wrote or deleted here in the last minute or so. Other machines may be getting it at this moment, so comparing leaves it alone for so long. Thread-safe.
/// </summary>
internal sealed class RecentWrites(TimeProvider time)
{
    /// <summary>How long a write counts as recent at least.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    /// <summary>How long it does at most.</summary>
    public static readonly TimeSpan MostAge = Age * Slices / (Slices - 1);

    private const int Slices = 4;

    /// <summary>At more writes in a minute the oldest count as old: they are compared early, which costs something and harms nothing.</summary>
    private const int MostInSlice = 25_000;

    private static readonly TimeSpan SliceLength = Age / (Slices - 1);

    private readonly Lock _lock = new();

    /// <summary>By when they were written, the oldest slice first. Emptied ones are used again, with the room that they have.</summary>
    private readonly Queue<HashSet<FileId>> _older = new(Enumerable.Range(0, Slices - 1).Select(static _ => new HashSet<FileId>()));
    private readonly long _start = time.GetTimestamp();
    private HashSet<FileId> _latest = [];
    private TimeSpan _began;

    public void Note(FileId id)
    {
        lock (_lock)
        {
            var now = DropOld();
            if (_latest.Count >= MostInSlice)
            {
                Turn(now);
            }
            _latest.Add(id);
        }
    }

    /// <summary>All of it counts as old from here on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _latest.Clear();
            foreach (var slice in _older)
            {
                slice.Clear();
            }
        }
    }

    public bool Contains(FileId id)
    {
        lock (_lock)
        {
            DropOld();
            if (_latest.Contains(id))
            {
                return true;
            }
            foreach (var slice in _older)
            {
                if (slice.Contains(id))
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <returns>When it is now.</returns>
    private TimeSpan DropOld()
    {
        var now = time.GetElapsedTime(_start);
        if (now - _began >= SliceLength * Slices)
        {
            Clear();
            _began = now;
        }
        while (now - _began >= SliceLength)
        {
            Turn(_began + SliceLength);
        }
        return now;
    }

    private void Turn(TimeSpan began)
    {
        _older.Enqueue(_latest);
        _latest = _older.Dequeue();
        _latest.Clear();
        _began = began;
    }
}
