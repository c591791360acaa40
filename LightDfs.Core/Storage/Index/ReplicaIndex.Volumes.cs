using System.Runtime.CompilerServices;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage.Index;

/// <content>
/// What the index knows of volumes. Of the entries of an id in all of them, the one with the highest sequence number counts; the others are its shadows. They are counted, so that a removal is kept
/// exactly as long as a volume has something that it hides.
/// </content>
internal sealed partial class ReplicaIndex
{
    /// <summary>Puts an entry of a volume in place of whatever is held under its id.</summary>
    public void Put(ReplicaStamp stamp, long sequence, DateTimeOffset? expiresAt, VolumePlace place)
    {
        lock (_lock)
        {
            var shadows = EntriesOf(stamp.Id);
            _use.Forget(stamp.Id);
            Replace(IndexSlot.Of(stamp, sequence, expiresAt, place) with { Shadows = shadows });
        }
    }

    /// <summary>Nothing is held under this id any more: a volume says so.</summary>
    public void Remove(FileId id, long sequence, VolumePlace removal)
    {
        lock (_lock)
        {
            var shadows = EntriesOf(id);
            RemoveSlot(id);
            _use.Keep(id, new Ghost(sequence, shadows, removal));
        }
    }

    /// <summary>What a volume has of this id counts no more; until something else is put in its place, it counts as damaged, so that nobody hears a "no".</summary>
    public void Detach(FileId id, long sequence, VolumePlace removal)
    {
        lock (_lock)
        {
            var shadows = EntriesOf(id);
            ref var slot = ref SlotOf(id);
            if (!Unsafe.IsNullRef(ref slot))
            {
                Replace(slot with { State = ReplicaState.Damaged, Place = default, Shadows = 0 });
            }
            _use.Keep(id, new Ghost(sequence, shadows, removal));
        }
    }

    /// <summary>True when what is held under this id, or was, has left anything in a volume that would count again if only it were let go of.</summary>
    public bool NeedsRemoval(FileId id)
    {
        lock (_lock)
        {
            return _use.GhostOf(id) is null && EntriesOf(id) > 0;
        }
    }

    /// <summary>Takes in an entry that a volume was found to have, whatever order they come in.</summary>
    /// <returns>False when another one counts.</returns>
    public bool Recover(in VolumeEntry entry, VolumePlace place, bool isDamaged)
    {
        lock (_lock)
        {
            _generation = Math.Max(_generation, entry.Sequence);
            ref var slot = ref SlotOf(entry.Id);
            var isHeld = !Unsafe.IsNullRef(ref slot);
            var ghost = _use.GhostOf(entry.Id);
            if (isHeld && (slot.Generation > entry.Sequence || (slot.Generation == entry.Sequence && slot.State != ReplicaState.Damaged)))
            {
                slot.Shadows++;
                return false;
            }
            if (ghost is { } newer && newer.Sequence >= entry.Sequence)
            {
                _use.Keep(entry.Id, newer with { Shadows = newer.Shadows + 1 });
                return false;
            }
            var shadows = EntriesOf(entry.Id);
            _use.Forget(entry.Id);
            if (entry.Kind == VolumeEntryKind.Removal)
            {
                RemoveSlot(entry.Id);
                _use.Keep(entry.Id, new Ghost(entry.Sequence, shadows, place));
            }
            else
            {
                Replace(IndexSlot.Of(entry.Stamp(isDamaged), entry.Sequence, entry.ExpiresAt, place) with { Shadows = shadows });
            }
            return true;
        }
    }

    /// <summary>
    /// Some of a volume could not be read, and may be at a later start. What it hides has smaller sequence numbers than what is put from now on: so many are left out that no volumes could have them all.
    /// </summary>
    public void LeaveRoom()
    {
        lock (_lock)
        {
            _generation += 1L << 40;
        }
    }

    /// <summary>Says where a copy of an entry lies, which counts from now on; the original is one of its shadows. Nothing happens when the entry counts no more.</summary>
    public void Move(FileId id, VolumePlace from, VolumePlace to)
    {
        lock (_lock)
        {
            ref var slot = ref SlotOf(id);
            if (!Unsafe.IsNullRef(ref slot) && slot.Place == from)
            {
                _use.Release(from);
                _use.Take(to);
                (slot.Place, slot.Shadows) = (to, slot.Shadows + 1);
            }
            else if (_use.GhostOf(id) is { } ghost && ghost.Place == from)
            {
                _use.Keep(id, ghost with { Place = to, Shadows = ghost.Shadows + 1 });
            }
        }
    }

    /// <summary>True when this entry counts: as what is held, or as the removal that hides something.</summary>
    public bool Counts(FileId id, VolumePlace place)
    {
        lock (_lock)
        {
            ref var slot = ref SlotOf(id);
            return (!Unsafe.IsNullRef(ref slot) && slot.Place == place) || (_use.GhostOf(id) is { Counts: true } ghost && ghost.Place == place);
        }
    }

    /// <summary>A volume is gone for good, and with it these entries, none of which counted.</summary>
    public void Retire(int volume, IEnumerable<FileId> entries)
    {
        lock (_lock)
        {
            foreach (var id in entries)
            {
                if (_use.GhostOf(id) is { } ghost)
                {
                    if (ghost.Counts)
                    {
                        _use.Keep(id, ghost with { Shadows = ghost.Shadows - 1 });
                    }
                    else
                    {
                        // It was the last entry of its id itself.
                        _use.Forget(id);
                    }
                }
                else
                {
                    ref var slot = ref SlotOf(id);
                    if (!Unsafe.IsNullRef(ref slot))
                    {
                        slot.Shadows--;
                    }
                }
            }
            _use.Retire(volume);
        }
    }

    /// <summary>Bytes of a volume that count.</summary>
    public long LiveIn(int volume)
    {
        lock (_lock)
        {
            return _use.LiveIn(volume);
        }
    }

    /// <summary>Entries of this id in all volumes.</summary>
    private int EntriesOf(FileId id)
    {
        if (_use.GhostOf(id) is { } ghost)
        {
            return ghost.Shadows + 1;
        }
        ref var slot = ref SlotOf(id);
        return Unsafe.IsNullRef(ref slot) ? 0 : slot.Shadows + (slot.Place.IsInVolume ? 1 : 0);
    }
}
