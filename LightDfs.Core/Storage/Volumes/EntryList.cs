using System.Collections;

namespace LightDfs.Storage.Volumes;

/// <summary>
/// The entries of a volume that grows. By chunks: nothing is copied as it grows, and no array becomes one of those large ones of which a few make the collector look at the whole heap.
/// </summary>
internal sealed class EntryList : IReadOnlyList<PlacedEntry>
{
    private const int ChunkLength = 512;
    private readonly List<PlacedEntry[]> _chunks = [];

    public int Count { get; private set; }

    public PlacedEntry this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _chunks[index / ChunkLength][index % ChunkLength];
        }
    }

    public void Add(in PlacedEntry entry)
    {
        if (Count == _chunks.Count * ChunkLength)
        {
            _chunks.Add(new PlacedEntry[ChunkLength]);
        }
        _chunks[^1][Count++ % ChunkLength] = entry;
    }

    public void Clear()
    {
        _chunks.Clear();
        _chunks.TrimExcess();
        Count = 0;
    }

    public IEnumerator<PlacedEntry> GetEnumerator() => _chunks.SelectMany(static chunk => chunk).Take(Count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
