namespace LightDfs.Cluster;

/// <summary>A content that is read page by page, each page verified. Not for several threads at once.</summary>
internal interface IContentPages : IAsyncDisposable
{
    /// <summary>Reads one whole page; the buffer has the length of that page.</summary>
    ValueTask ReadPageAsync(int page, Memory<byte> buffer, CancellationToken cancellationToken);
}
