using LightDfs.Storage.Disks;

namespace LightDfs.Storage.Volumes;

/// <summary>
/// Appends to the last volume, with group commit: all that waits is written in one go and made durable by one flush, while the next batch gathers. Who appends never waits for the disk on his own
/// thread: each batch is written on one of the pool. Thread-safe.
/// </summary>
internal sealed class VolumeLog(ReplicaFiles files, VolumeSet volumes)
{
    private const int LongestBatch = 4 * 1024 * 1024;
    private const int MostEntries = 128 * 1024;
    private readonly Lock _lock = new();
    private readonly Queue<VolumeAppend> _waiting = [];
    private readonly List<VolumeAppend> _batch = [];
    private byte[] _buffer = [];
    private Volume? _volume;
    private IDiskWriter? _writer;
    private bool _isWriting;

    /// <summary>Appends an entry; it is durable when this returns. Under the lock of its id.</summary>
    /// <exception cref="StorageException">The disk is full, read-only or failing. Nobody may be told that the entry is there.</exception>
    public ValueTask<PlacedIn> AppendAsync(VolumeAppend append)
    {
        lock (_lock)
        {
            _waiting.Enqueue(append);
            if (_isWriting)
            {
                return append.Done;
            }
            _isWriting = true;
        }
        QueueBatch();
        return append.Done;
    }

    /// <summary>Nothing is appended to the last volume any more. Only when nobody appends.</summary>
    public void Seal()
    {
        if (_volume is { } full)
        {
            _writer!.Dispose();
            (_volume, _writer) = (null, null);
            full.IsSealed = true;
            files.Care.Wake();
        }
    }

    private void WriteBatch()
    {
        VolumeAppend? last = null;
        try
        {
            Write(Gather());
            foreach (var done in _batch)
            {
                _volume!.Add(new PlacedEntry(done.Placed.Entry, done.Placed.Place.Offset));
            }
            last = _batch[^1];
            _batch.RemoveAt(_batch.Count - 1);
            _batch.ForEach(static append => append.Complete());
        }
        catch (Exception cause)
        {
            // What the disk has of it is not known: nothing more is appended there, and the checkpoint of what was there before says so.
            Seal();
            _batch.ForEach(append => append.Fail(cause));
        }
        _batch.Clear();
        bool isNext;
        lock (_lock)
        {
            isNext = _isWriting = _waiting.Count > 0;
        }
        if (isNext)
        {
            QueueBatch();
        }
        // Here, where nothing else is to be done any more: who is alone does not change threads once more.
        last?.CompleteHere();
    }

    private void QueueBatch() => ThreadPool.UnsafeQueueUserWorkItem(static log => log.WriteBatch(), this, preferLocal: false);

    /// <returns>Bytes of the batch.</returns>
    private long Gather()
    {
        var length = 0L;
        lock (_lock)
        {
            while (_waiting.TryPeek(out var next) && (_batch.Count == 0 || length + next.Entry.Length <= LongestBatch))
            {
                length += next.Entry.Length;
                _batch.Add(_waiting.Dequeue());
            }
        }
        if (length > _buffer.Length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>((int)Math.Max(length, Math.Min(2L * _buffer.Length, LongestBatch)));
        }
        return length;
    }

    private void Write(long length)
    {
        if (_volume is { } last && (last.Length + length > files.Packing.VolumeSize || last.Entries.Count + _batch.Count > MostEntries) && last.Length > 0)
        {
            Seal();
        }
        var isNew = _volume is null;
        if (isNew)
        {
            Begin();
        }
        var at = 0;
        foreach (var append in _batch)
        {
            append.Write(_buffer.AsSpan(at, append.Entry.Length), _volume!, _volume!.Length + at, files.Index.NextGeneration());
            at += append.Entry.Length;
        }
        try
        {
            _writer!.Append(_buffer.AsSpan(0, at));
        }
        catch (StorageException full) when (full.Failure == StorageFailure.Full)
        {
            files.Space.RanFull();
            throw;
        }
        files.Flush(_writer);
        if (isNew)
        {
            files.FlushDirectory(files.Paths.Volumes);
        }
        // The system reports a lost write to one flush only: if that was somebody else's, ours says nothing.
        files.Health.CheckFlushes();
        _volume!.Grow(_volume.Length + at);
    }

    private void Begin()
    {
        var (number, tag, path) = volumes.Next();
        var writer = files.Disk.CreateNew(path);
        try
        {
            var reader = files.Disk.OpenRead(path, atRandom: true) ?? throw new StorageException(StorageFailure.Failing, $"The volume '{path}' is gone right after it was made. Does another program remove files from this directory?");
            (_volume, _writer) = (new Volume(number, tag, path, reader), writer);
            volumes.Add(_volume);
        }
        catch
        {
            writer.Dispose();
            // If it stays, it is empty, and goes when the store is opened next.
            files.Discard(path);
            throw;
        }
    }
}
