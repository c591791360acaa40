using System.Buffers;
using System.IO.Hashing;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Index;
using LightDfs.Storage.Volumes;

namespace LightDfs.Storage;

internal sealed partial class FileReplicaStore
{
    private const int VerifyBuffer = 4 * Pages.Size;

    /// <inheritdoc/>
    public ValueTask<IReplicaReader?> OpenReplicaAsync(FileId id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckOpen();
        return new ValueTask<IReplicaReader?>(OpenReplica(id));
    }

    /// <inheritdoc/>
    public async ValueTask<ReplicaStamp?> VerifyAsync(FileId id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckOpen();
        try
        {
            await Task.Run(() => ReadAllAsync(id, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (ReplicaDamagedException)
        {
            // What was found is marked in the index, and that is the answer.
        }
        return _files.Index.Find(id);
    }

    private FileReplicaReader? OpenReplica(FileId id)
    {
        while (_files.Index.Held(id) is { Stamp.State: not ReplicaState.Deleted } held)
        {
            var reader = held.Place.IsInVolume ? OpenPacked(held, out var path, out var cause) : OpenFile(held, out path, out cause);
            if (reader is not null)
            {
                return reader;
            }
            if (_files.Index.Held(id) is not { } now || now.Generation != held.Generation || now.Place != held.Place)
            {
                continue;
            }
            if (_files.Index.MarkDamaged(id, held.Generation))
            {
                Log.ReplicaUnreadable(_logger, id, path);
            }
            throw new ReplicaDamagedException(
                id, 0, $"The record and page checksums in '{path}' cannot be read. Read from another machine; this copy is replaced by reconciling.{(cause is null ? "" : " " + cause.Message)}");
        }
        return null;
    }

    private FileReplicaReader? OpenFile(HeldReplica held, out string path, out StorageException? cause)
    {
        path = _files.Paths.ReplicaOf(held.Stamp.Id);
        cause = null;
        var file = _files.Disk.OpenRead(path);
        FileReplicaReader? reader = null;
        try
        {
            if (file is not null && ReadTrailer(file, held.Stamp.Id, out cause) is { } trailer)
            {
                reader = new FileReplicaReader(_files, held.Stamp.Id, held.Generation, file, trailer, path, _logger);
            }
        }
        finally
        {
            if (reader is null)
            {
                file?.Dispose();
            }
        }
        return reader;
    }

    private FileReplicaReader? OpenPacked(HeldReplica held, out string path, out StorageException? cause)
    {
        (path, cause) = (_files.Paths.Volumes, null);
        if (_files.Volumes.Acquire(held.Place.Volume) is not { } volume)
        {
            // It was compacted since: the index says where it is now.
            return null;
        }
        path = volume.Path;
        FileReplicaReader? reader = null;
        try
        {
            if (PackedReplica.Open(volume, held) is var (trailer, content))
            {
                reader = new FileReplicaReader(_files, held.Stamp.Id, held.Generation, content, trailer, path, _logger);
            }
        }
        catch (StorageException failing) when (failing.Failure == StorageFailure.Failing)
        {
            cause = failing;
        }
        finally
        {
            if (reader is null)
            {
                volume.Release();
            }
        }
        return reader;
    }

    /// <summary>The trailer; <see langword="null"/> when it is damaged, or lies where the disk cannot read any more: that is as lost as what reads wrong.</summary>
    private static ReplicaTrailer? ReadTrailer(IDiskReader file, FileId id, out StorageException? cause)
    {
        cause = null;
        try
        {
            return ReplicaTrailer.Read(file, id);
        }
        catch (StorageException failing) when (failing.Failure == StorageFailure.Failing)
        {
            cause = failing;
            return null;
        }
    }

    private async Task ReadAllAsync(FileId id, CancellationToken cancellationToken)
    {
        var held = _files.Index.Held(id);
        var reader = OpenReplica(id);
        if (held is null || reader is null)
        {
            return;
        }
        await using var disposing = reader.ConfigureAwait(false);
        var hash = new XxHash128();
        var buffer = ArrayPool<byte>.Shared.Rent(VerifyBuffer);
        try
        {
            for (long offset = 0; offset < reader.Record.ReplicaLength;)
            {
                var read = await reader.ReadAsync(offset, buffer.AsMemory(0, VerifyBuffer), cancellationToken).ConfigureAwait(false);
                hash.Append(buffer.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (hash.GetCurrentHashAsUInt128() != reader.Record.ReplicaChecksum && _files.Index.MarkDamaged(id, held.Value.Generation))
        {
            Log.ReplicaUnreadable(_logger, id, _files.Paths.ReplicaOf(id));
        }
    }
}
