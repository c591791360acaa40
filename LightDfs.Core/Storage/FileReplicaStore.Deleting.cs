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
        using var held = await _files.Locks.EnterAsync(id, cancellationToken).ConfigureAwait(false);
        _files.Health.CheckWritable();
        var before = _files.Index.Find(id);
        if (before is { State: ReplicaState.Deleted } tombstone && tombstone.DeletedAt >= deletedAt)
        {
            return before;
        }
        _files.EnsureDirectoryOf(id);
        _files.Publish(new TombstoneFile(id, deletedAt).Encode(), _files.Paths.TombstoneOf(id));
        _files.Index.Put(new ReplicaStamp(id, ReplicaState.Deleted, 0, 0, deletedAt));
        if (before is { State: not ReplicaState.Deleted })
        {
            Remove(id);
        }
        return before;
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
