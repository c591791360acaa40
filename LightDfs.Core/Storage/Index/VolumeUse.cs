using System.Runtime.InteropServices;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage.Index;

/// <summary>
/// How much of each volume still counts, and which removals must be kept because the volumes still hold older entries of their ids. Guarded by the index.
/// </summary>
internal sealed class VolumeUse
{
    private readonly Dictionary<int, long> _live = [];
    private readonly Dictionary<FileId, Ghost> _ghosts = [];

    /// <summary>Bytes of entries that count.</summary>
    public long LiveIn(int volume) => _live.GetValueOrDefault(volume);

    public void Take(VolumePlace place)
    {
        if (place.IsInVolume)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_live, place.Volume, out _) += place.Length;
        }
    }

    public void Release(VolumePlace place)
    {
        if (place.IsInVolume)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_live, place.Volume, out _) -= place.Length;
        }
    }

    /// <summary>The removal that is the newest entry of an id; <see langword="null"/> when there is none.</summary>
    public Ghost? GhostOf(FileId id) => _ghosts.TryGetValue(id, out var ghost) ? ghost : null;

    /// <summary>Keeps a removal, or puts it elsewhere. One that nothing older is left of does not count, but is known until its volume goes.</summary>
    public void Keep(FileId id, Ghost ghost)
    {
        Forget(id);
        _ghosts[id] = ghost;
        if (ghost.Counts)
        {
            Take(ghost.Place);
        }
    }

    public void Forget(FileId id)
    {
        if (_ghosts.Remove(id, out var former) && former.Counts)
        {
            Release(former.Place);
        }
    }

    public void Retire(int volume) => _live.Remove(volume);
}

/// <summary>An id that is not held, but of which volumes have entries.</summary>
/// <param name="Sequence">Of the removal.</param>
/// <param name="Shadows">How many older entries there are.</param>
/// <param name="Place">Of the removal.</param>
internal readonly record struct Ghost(long Sequence, int Shadows, VolumePlace Place)
{
    /// <summary>False when it hides nothing.</summary>
    public bool Counts => Shadows > 0;
}
