using LightDfs.Storage.Index;

namespace LightDfs.Storage;

internal sealed partial class FileReplicaStore
{
    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(ReplicaStamp held, Func<bool> isAllowed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(isAllowed);
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckWritable();
        return await Task.Run(() => WithHeldAsync(held, IsAllowed, DropAsync, cancellationToken), cancellationToken).ConfigureAwait(false);

        bool IsAllowed()
        {
            if (held.State == ReplicaState.Deleted && _files.HasDirectoryOf(held.Id))
            {
                // What it stands for must be gone for good before it goes. Before the question, whose answer must still be true when it is gone.
                _files.Disk.Delete(_files.Paths.ReplicaOf(held.Id));
                _files.FlushDirectory(_files.Paths.DirectoryOf(held.Id));
            }
            return isAllowed();
        }
    }

    /// <inheritdoc/>
    public void Forget(FileId id)
    {
        _files.Health.CheckOpen();
        _files.Index.Forget(id);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SetAsideAsync(ReplicaStamp held, SetAsideReason reason, Func<bool> isAllowed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(isAllowed);
        SetAsideRule.Check(held);
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckWritable();
        return await Task.Run(() => WithHeldAsync(held, isAllowed, replica => SetAsideAsync(replica, reason), cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SetAsideReplica> ListSetAside()
    {
        _files.Health.CheckOpen();
        return _files.Aside.All;
    }

    /// <inheritdoc/>
    public bool HasSetAside(FileId id)
    {
        _files.Health.CheckOpen();
        return _files.Aside.Contains(id);
    }

    /// <inheritdoc/>
    public ValueTask<IReplicaReader?> OpenSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckOpen();
        if (_files.Aside.PathOf(id, version) is not { } path || _files.Disk.OpenRead(path) is not { } file)
        {
            return new((IReplicaReader?)null);
        }
        IReplicaReader? reader = null;
        StorageException? cause = null;
        try
        {
            if (ReadTrailer(file, id, out cause) is { } trailer && trailer.Version == version)
            {
                reader = new FileReplicaReader(_files, id, 0, file, trailer, path, _logger);
                return new(reader);
            }
        }
        finally
        {
            if (reader is null)
            {
                file.Dispose();
            }
        }
        throw new ReplicaDamagedException(id, 0, $"The record and page checksums in '{path}' cannot be read, so it cannot be restored; it can be discarded.{(cause is null ? "" : " " + cause.Message)}");
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DiscardSetAsideAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckWritable();
        return await Task.Run(
            async () =>
            {
                using var locked = await _files.Locks.EnterAsync(id, cancellationToken).ConfigureAwait(false);
                _files.Health.CheckWritable();
                return _files.Aside.Discard(id, version);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something to exactly what was seen, under its lock, if it may still be done.</summary>
    private async Task<bool> WithHeldAsync(ReplicaStamp seen, Func<bool> isAllowed, Func<HeldReplica, Task> act, CancellationToken cancellationToken)
    {
        using var locked = await _files.Locks.EnterAsync(seen.Id, cancellationToken).ConfigureAwait(false);
        _files.Health.CheckWritable();
        if (_files.Index.Held(seen.Id) is not { } held || held.Stamp != seen || !isAllowed())
        {
            return false;
        }
        await act(held).ConfigureAwait(false);
        _files.Care.Consider(held.Place);
        return true;
    }

    private async Task DropAsync(HeldReplica held)
    {
        var id = held.Stamp.Id;
        await _files.LetGoAsync(id, isReplaced: false).ConfigureAwait(false);
        if (!held.Place.IsInVolume)
        {
            // The index first: who opens it meanwhile must not find a file missing, and call that damage.
            _files.Index.Remove(id);
            _files.Disk.Delete(held.Stamp.State == ReplicaState.Deleted ? _files.Paths.TombstoneOf(id) : _files.Paths.ReplicaOf(id));
            _files.FlushDirectory(_files.Paths.DirectoryOf(id));
        }
    }

    private async Task SetAsideAsync(HeldReplica held, SetAsideReason reason)
    {
        await _files.Aside.TakeAsync(held, reason).ConfigureAwait(false);
        _files.Index.Remove(held.Stamp.Id);
    }
}
