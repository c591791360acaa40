using LightDfs.Files;

namespace LightDfs.Cluster;

/// <summary>
/// What clients wrote or deleted here less than a minute ago. Other machines may be getting it at this moment, so comparing leaves it alone for so long. Thread-safe.
/// </summary>
internal sealed class RecentWrites(TimeProvider time)
{
    /// <summary>How long a write counts as recent.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    /// <summary>At more writes a minute the oldest count as old: they are compared early, which costs something and harms nothing.</summary>
    private const int Most = 100_000;

    private readonly Lock _lock = new();
    private readonly Queue<(FileId Id, long At)> _order = new();
    private readonly Dictionary<FileId, long> _last = [];

    public void Note(FileId id)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            DropOld(now);
            _order.Enqueue((id, now));
            _last[id] = now;
        }
    }

    /// <summary>All of it counts as old from here on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _order.Clear();
            _last.Clear();
        }
    }

    public bool Contains(FileId id)
    {
        lock (_lock)
        {
            DropOld(time.GetTimestamp());
            return _last.ContainsKey(id);
        }
    }

    private void DropOld(long now)
    {
        while (_order.TryPeek(out var oldest) && (_order.Count >= Most || time.GetElapsedTime(oldest.At, now) >= Age))
        {
            _order.Dequeue();
            if (_last.TryGetValue(oldest.Id, out var last) && last == oldest.At)
            {
                _last.Remove(oldest.Id);
            }
        }
    }
}
