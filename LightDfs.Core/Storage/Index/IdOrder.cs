namespace LightDfs.Storage.Index;

/// <summary>
/// All ids in order: sorted chunks in a sorted list. Ids begin with their time, so most are added at the end, where chunks are filled to the brim. Guarded by the index.
/// </summary>
internal sealed class IdOrder
{
    private const int ChunkSize = 512;
    private readonly List<Chunk> _chunks = [];

    public void Add(FileId id)
    {
        if (_chunks.Count == 0)
        {
            _chunks.Add(new Chunk());
        }
        var at = ChunkOf(id);
        var chunk = _chunks[at];
        if (chunk.Count == ChunkSize)
        {
            var isAfterAll = at == _chunks.Count - 1 && id > chunk.Ids[ChunkSize - 1];
            var next = isAfterAll ? new Chunk() : chunk.SplitOff();
            _chunks.Insert(at + 1, next);
            chunk = isAfterAll || id > next.Ids[0] ? next : chunk;
        }
        chunk.Insert(id);
    }

    public void Remove(FileId id)
    {
        var at = ChunkOf(id);
        _chunks[at].Remove(id);
        if (_chunks[at].Count == 0)
        {
            _chunks.RemoveAt(at);
        }
    }

    /// <summary>The ids after one; <see langword="null"/> for all.</summary>
    public IEnumerable<FileId> After(FileId? after)
    {
        var first = after is { } id && _chunks.Count > 0 ? ChunkOf(id) : 0;
        for (var chunk = first; chunk < _chunks.Count; chunk++)
        {
            for (var at = 0; at < _chunks[chunk].Count; at++)
            {
                if (after is not { } limit || _chunks[chunk].Ids[at] > limit)
                {
                    yield return _chunks[chunk].Ids[at];
                }
            }
        }
    }

    /// <summary>The last chunk that begins at this id or before; else the first.</summary>
    private int ChunkOf(FileId id)
    {
        var (low, high) = (0, _chunks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (_chunks[middle].Ids[0] > id)
            {
                high = middle - 1;
            }
            else
            {
                low = middle;
            }
        }
        return low;
    }

    private sealed class Chunk
    {
        public FileId[] Ids { get; private set; } = new FileId[8];

        public int Count { get; private set; }

        public void Insert(FileId id)
        {
            var at = ~Array.BinarySearch(Ids, 0, Count, id);
            if (Count == Ids.Length)
            {
                var more = new FileId[Math.Min(ChunkSize, Count * 2)];
                Array.Copy(Ids, more, Count);
                Ids = more;
            }
            Array.Copy(Ids, at, Ids, at + 1, Count - at);
            Ids[at] = id;
            Count++;
        }

        public void Remove(FileId id)
        {
            var at = Array.BinarySearch(Ids, 0, Count, id);
            Array.Copy(Ids, at + 1, Ids, at, --Count - at);
        }

        /// <summary>Moves the upper half into a chunk of its own.</summary>
        public Chunk SplitOff()
        {
            var half = Count / 2;
            var upper = new Chunk { Ids = new FileId[ChunkSize], Count = Count - half };
            Array.Copy(Ids, half, upper.Ids, 0, upper.Count);
            Count = half;
            return upper;
        }
    }
}
