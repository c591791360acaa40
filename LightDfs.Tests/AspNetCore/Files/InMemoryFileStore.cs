using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>A file store in memory, which can be told to fail.</summary>
internal sealed class InMemoryFileStore : IFileStore
{
    private readonly SortedDictionary<FileId, (StoredFile Info, byte[] Content)> _files = [];
    private readonly HashSet<FileId> _deleted = [];
    private readonly TaskCompletionSource _storeBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _firstStore = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _readOn = new(0);
    private long _bytesRead;

    public long Limit { get; init; } = 8 * 1024 * 1024;

    /// <summary>Thrown by every call.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Thrown when a file is looked up or opened, and not when one is stored.</summary>
    public Exception? FailureToFind { get; set; }

    /// <summary>Called when a file is looked up, which then never ends by itself; null for at once.</summary>
    public Action? HangsToFind { get; set; }

    /// <summary>Times that a file was looked up.</summary>
    public int Lookups { get; private set; }

    /// <summary>Thrown at the end of a listing.</summary>
    public Exception? FailureAtEndOfList { get; set; }

    /// <summary>Thrown when a content is read at or beyond this offset.</summary>
    public (long Offset, Exception Failure)? FailureWhileReading { get; set; }

    /// <summary>Reading a content never ends by itself.</summary>
    public bool HangsToRead { get; init; }

    /// <summary>Completes when the first store begins to read.</summary>
    public Task StoreBegun => _storeBegun.Task;

    /// <summary>How the first store ended: what it threw, or null.</summary>
    public Task<Exception?> FirstStoreEnded => _firstStore.Task;

    public int Opened { get; private set; }

    /// <summary>Waits until stores have read so many bytes.</summary>
    public async Task HasReadAsync(long length)
    {
        while (Interlocked.Read(ref _bytesRead) < length)
        {
            Assert.That(await _readOn.WaitAsync(TimeSpan.FromSeconds(60)), $"no more than {_bytesRead} of {length} bytes were read");
        }
    }

    public IReadOnlyCollection<FileId> Ids => _files.Keys;

    public StoredFile Add(byte[] content, string? fileName = null, string? contentType = null, bool sha256 = false) =>
        Commit(content, new StoreOptions { FileName = fileName, ContentType = contentType, Sha256 = sha256 });

    public byte[] ContentOf(FileId id) => _files[id].Content;

    public async Task<StoredFile> StoreAsync(Stream content, StoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            ThrowIfToldTo();
            _storeBegun.TrySetResult();
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
        ThrowIf(FailureToFind);
        Opened++;
        return Task.FromResult(_files.TryGetValue(id, out var file) ? new OpenedFile(file.Info, new FailingContent(file.Content, FailureWhileReading, HangsToRead)) : null);
    }

    public async Task<StoredFile?> FindAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        Lookups++;
        ThrowIfToldTo();
        ThrowIf(FailureToFind);
        if (HangsToFind is { } begun)
        {
            var hung = Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            begun();
            await hung;
        }
        return _files.TryGetValue(id, out var file) ? file.Info : null;
    }

    public Task<bool> DeleteAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfToldTo();
        _deleted.Add(id);
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
            Interlocked.Add(ref _bytesRead, read);
            _readOn.Release();
            options?.Progress?.Report(memory.Length);
            if (memory.Length > Limit)
            {
                throw new FileTooLargeException(Limit);
            }
        }
        return Commit(memory.ToArray(), options ?? new StoreOptions());
    }

    private StoredFile Commit(byte[] content, StoreOptions options)
    {
        var sha256 = options.Sha256 || options.ExpectedSha256 is not null ? Convert.ToHexStringLower(SHA256.HashData(content)) : null;
        if (options.ExpectedSha256 is { } expected && expected != sha256)
        {
            throw new ContentMismatchException(expected, sha256!);
        }
        var id = options.Id ?? FileId.New();
        var info = new StoredFile
        {
            Id = id,
            Length = content.Length,
            Checksum = XxHash128.HashToUInt128(content),
            Sha256 = sha256,
            FileName = options.FileName,
            ContentType = options.ContentType,
            ExpiresAt = id.Created + options.ExpiresAfter,
            Copies = 3,
        };
        if (_deleted.Contains(info.Id))
        {
            throw new FileDeletedException(info.Id);
        }
        if (_files.TryGetValue(info.Id, out var there))
        {
            return there.Info == info ? there.Info : throw new FileConflictException(info.Id);
        }
        _files.Add(info.Id, (info, content));
        return info;
    }

    private void ThrowIfToldTo() => ThrowIf(Failure);

    private static void ThrowIf(Exception? failure)
    {
        if (failure is not null)
        {
            throw failure;
        }
    }

    private sealed class FailingContent(byte[] content, (long Offset, Exception Failure)? failure, bool hangs) : MemoryStream(content, writable: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            if (failure is not { } bad)
            {
                return await base.ReadAsync(buffer, cancellationToken);
            }
            return Position >= bad.Offset
                ? throw bad.Failure
                : await base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, bad.Offset - Position)], cancellationToken);
        }
    }
}
