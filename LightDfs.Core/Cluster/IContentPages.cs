namespace LightDfs.Cluster;

/// <summary>A content that is read page by page, each page verified. Not for several threads at once.</summary>
internal interface IContentPages : IAsyncDisposable
{
    /// <summary>Reads whole pages, from this one on: as many as the buffer takes and are at hand in one go, and at least one.</summary>
    /// <param name="page">The first page.</param>
    /// <param name="buffer">Takes at least that page, and ends with a page or with the content.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Bytes read.</returns>
    ValueTask<int> ReadAsync(int page, Memory<byte> buffer, CancellationToken cancellationToken);
}
