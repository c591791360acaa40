using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>A file store in memory, which can be told to fail.</summary>
internal sealed class InMemoryFileStore : IFileStore
{
    private readonly SortedDictionary<FileId, (StoredFile Info, byte[] Content)> _files = [];
    private readonly TaskCompletionSource<Exception?> _firstStore = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Limit { get; init; } = 8 * 1024 * 1024;

    /// <summary>Thrown by every call.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Thrown at the end of a listing.</summary>
    public Exception? FailureAtEndOfList { get; set; }

    /// <summary>Thrown when a content is read at or beyond this offset.</summary>
    public (long Offset, Exception Failure)? FailureWhileReading { get; set; }

    /// <summary>How the first store ended: what it threw, or null.</summary>
    public Task<Exception?> FirstStoreEnded => _firstStore.Task;

    public int Opened { get; private set; }

    public IReadOnlyCollection<FileId> Ids => _files.Keys;

    public StoredFile Add(byte[] content, string? fileName = null, string? contentType = null)
    {
        var info = new StoredFile
        {
            Id = FileId.New(), Length = content.Length, Checksum = XxHash128.HashToUInt128(content), FileName = fileName, ContentType = contentType, Copies = 3,
        };
        _files.Add(info.Id, (info, content));
        return info;
    }

    public byte[] ContentOf(FileId id) => _files[id].Content;

    public async Task<StoredFile> StoreAsync(Stream content, StoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            ThrowIfToldTo();
            var stored = await ReadAllAsync(content, options, cancellationToken);
            _firstStore.TrySetResult(null);
            return stored;
        }
        catch (Exception failure)
        {
            _firstStore.TrySetResult(failure);
            throw;
        }
    }

    public Task<OpenedFile?> OpenAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfToldTo();
        Opened++;
        return Task.FromResult(_files.TryGetValue(id, out var file) ? new OpenedFile(file.Info, new FailingContent(file.Content, FailureWhileReading)) : null);
    }

    public Task<StoredFile?> FindAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfToldTo();
        return Task.FromResult(_files.TryGetValue(id, out var file) ? file.Info : null);
    }

    public Task<bool> DeleteAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfToldTo();
        return Task.FromResult(_files.Remove(id));
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(ListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ThrowIfToldTo();
        foreach (var (info, _) in _files.Values)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return info;
        }
        if (FailureAtEndOfList is { } failure)
        {
            throw failure;
        }
    }

    private async Task<StoredFile> ReadAllAsync(Stream content, StoreOptions? options, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            await memory.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (memory.Length > Limit)
            {
                throw new FileTooLargeException(Limit);
            }
        }
        return Add(memory.ToArray(), options?.FileName, options?.ContentType);
    }

    private void ThrowIfToldTo()
    {
        if (Failure is { } failure)
        {
            throw failure;
        }
    }

    private sealed class FailingContent(byte[] content, (long Offset, Exception Failure)? failure) : MemoryStream(content, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (failure is not { } bad)
            {
                return base.ReadAsync(buffer, cancellationToken);
            }
            return Position >= bad.Offset
                ? ValueTask.FromException<int>(bad.Failure)
                : base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, bad.Offset - Position)], cancellationToken);
        }
    }
}
