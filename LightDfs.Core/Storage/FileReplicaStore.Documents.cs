namespace LightDfs.Storage;

internal sealed partial class FileReplicaStore
{
    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> LoadDocumentAsync(string name, CancellationToken cancellationToken = default)
    {
        DocumentFile.CheckName(name);
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckOpen();
        return await Task.Run(() => LoadDocument(name), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SaveDocumentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        DocumentFile.CheckName(name);
        DocumentFile.CheckContent(content);
        cancellationToken.ThrowIfCancellationRequested();
        _files.Health.CheckWritable();
        await _documents.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _files.Health.CheckWritable();
            await Task.Run(() => _files.Publish(DocumentFile.Encode(content.Span), _files.Paths.DocumentOf(name)), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _documents.Release();
        }
    }

    private ReadOnlyMemory<byte>? LoadDocument(string name)
    {
        var path = _files.Paths.DocumentOf(name);
        using var file = _files.Disk.OpenRead(path);
        if (file is null)
        {
            return null;
        }
        var length = file.Length;
        if (length <= DocumentFile.HeaderSize + DocumentFile.MaxContentLength)
        {
            var bytes = new byte[length];
            if (file.Read(0, bytes) == bytes.Length && DocumentFile.TryDecode(bytes, out var content))
            {
                return content;
            }
        }
        throw new InvalidDataException($"The document '{path}' is damaged. Restore it from a backup, or let this machine be replaced: empty its data directory and start it anew.");
    }
}
