using LightDfs.Storage.Volumes;

namespace LightDfs.Storage;

internal sealed partial class FileReplicaStore
{
    /// <inheritdoc/>
    public async ValueTask<ReplicaStamp?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckWritable();
        return await Task.Run(() => DeleteCoreAsync(id, TombstoneFile.Kept(deletedAt), cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ReplicaStamp?> DeleteCoreAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken)
    {
        using var locked = await _files.Locks.EnterAsync(id, cancellationToken).ConfigureAwait(false);
        _files.Health.CheckWritable();
        var held = _files.Index.Held(id);
        var before = held?.Stamp;
        if (before is { State: ReplicaState.Deleted } tombstone && tombstone.DeletedAt >= deletedAt)
        {
            return before;
        }
        await PutTombstoneAsync(id, deletedAt).ConfigureAwait(false);
        if (held is { Stamp.State: not ReplicaState.Deleted, Place.IsInVolume: false })
        {
            Remove(id);
        }
        _files.Care.Consider(held?.Place ?? default);
        return before;
    }

    private async Task PutTombstoneAsync(FileId id, DateTimeOffset deletedAt)
    {
        var stamp = new ReplicaStamp(id, ReplicaState.Deleted, 0, 0, deletedAt);
        if (_files.UsesVolumes)
        {
            var placed = await _files.Log.AppendAsync(new VolumeAppend(VolumeEntry.OfTombstone(id, deletedAt), default, 0, default)).ConfigureAwait(false);
            _files.Index.Put(stamp, placed.Entry.Sequence, null, placed.Place);
            return;
        }
        _files.EnsureDirectoryOf(id);
        _files.Publish(new TombstoneFile(id, deletedAt).Encode(), _files.Paths.TombstoneOf(id));
        _files.Index.Put(stamp);
    }

    /// <summary>The delete is durable already; what stays here of the replica goes when the store is opened next.</summary>
    private void Remove(FileId id)
    {
        if (_files.Discard(_files.Paths.ReplicaOf(id)) is { } cause)
        {
            Log.ReplicaNotRemoved(_logger, _files.Paths.ReplicaOf(id), cause);
        }
    }
}
