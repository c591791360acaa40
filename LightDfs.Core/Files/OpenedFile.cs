namespace LightDfs;

/// <summary>A file opened for reading. The caller disposes it, which also disposes <see cref="Content"/>. Disposing twice does nothing.</summary>
public sealed class OpenedFile(StoredFile info, Stream content) : IDisposable, IAsyncDisposable
{
    /// <summary>What is known of the file.</summary>
    public StoredFile Info { get; } = info;

    /// <summary>
    /// Its bytes: seekable, of known length, verified page by page as they are read. Not for several threads at once. When every source fails
    /// in the middle, reading throws <see cref="FileUnavailableException"/>; it never ends early.
    /// </summary>
    public Stream Content { get; } = content;

    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
