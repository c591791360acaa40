namespace LightDfs;

/// <summary>Comforts on top of the five methods of <see cref="IFileStore"/>.</summary>
public static class FileStoreExtensions
{
    private const int CopyBuffer = 256 * 1024;

    /// <summary>Copies a file into a stream, from its current position on. What is known of the file; <see langword="null"/>, and nothing written, when its absence is proven.</summary>
    /// <param name="files">The file store.</param>
    /// <param name="id">The file.</param>
    /// <param name="destination">Written to; not flushed, not disposed. When this throws, a part of the file may have been written.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <exception cref="FileUnavailableException">No verified copy was found, not everyone who might hold one could be asked; or every source failed in the middle.</exception>
    public static async Task<StoredFile?> DownloadToAsync(
        this IFileStore files, FileId id, Stream destination, DownloadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(destination);
        var lookup = options?.PlacementSalt is { } salt ? new LookupOptions { PlacementSalt = salt } : null;
        if (await files.OpenAsync(id, lookup, cancellationToken).ConfigureAwait(false) is not { } opened)
        {
            return null;
        }
        await using (opened.ConfigureAwait(false))
        {
            var buffer = new byte[(int)Math.Clamp(opened.Info.Length, 1, CopyBuffer)];
            for (long copied = 0; ;)
            {
                var read = await opened.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return opened.Info;
                }
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                copied += read;
                options?.Progress?.Report(copied);
            }
        }
    }

    /// <summary>
    /// A stream to write a file into, such as a zip archive or a report that is made on the way. The file exists once <see cref="FileWriteStream.CompleteAsync"/> returns; disposed
    /// before, nothing of it appears under a drawn id. Beyond 64 KiB it holds a place in the transfer memory while a segment fills: who writes into many at once in turn, and
    /// pauses, may meet <see cref="UploadTooSlowException"/>.
    /// </summary>
    /// <param name="files">The file store.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the store, at any time until it is complete.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static async Task<FileWriteStream> OpenWriteAsync(this IFileStore files, StoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        var stream = new FileWriteStream(files, options, cancellationToken);
        try
        {
            await stream.ThrowIfFailedAsync().ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
