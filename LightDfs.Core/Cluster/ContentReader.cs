using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>Opens the contents of files, small and large, once a replica of the file's record is found.</summary>
internal sealed class ContentReader(Holders holders, MembershipState membership, ILogger<ReplicaPages> logger)
{
    private readonly Func<FileId, IReadOnlyList<IReplicaHolder>> _machines = replica => holders.ForLookup(membership.View, replica);

    /// <summary>The content as a stream whose first page is there.</summary>
    /// <param name="id">The caller's id of the file, for what is thrown.</param>
    /// <param name="placed">The id that its record is kept under.</param>
    /// <param name="holder">The machine whose replica was found.</param>
    /// <param name="replica">That replica, owned from here on, also when this throws.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    public async ValueTask<Stream> OpenAsync(FileId id, FileId placed, IReplicaHolder holder, IReplicaContent replica, CancellationToken cancellationToken)
    {
        var record = replica.Record;
        var own = new ReplicaPages(id, placed, replica.Version, record.ReplicaLength, _machines, logger).From(holder, replica);
        var content = new FileContentStream(record.Segments is null ? own : await SegmentsAsync(id, placed, record, own, cancellationToken).ConfigureAwait(false), record.Length);
        try
        {
            await content.PrimeAsync(cancellationToken).ConfigureAwait(false);
            return content;
        }
        catch
        {
            await content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The segments of a large file.</summary>
    /// <exception cref="FileUnavailableException">No machine gives the list.</exception>
    public async Task<SegmentList> ReadListAsync(FileId file, FileRecord record, CancellationToken cancellationToken)
    {
        var pages = PagesOf(file, file, record, isReadOn: true);
        await using (pages.ConfigureAwait(false))
        {
            return await ReadListAsync(file, record, pages, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IContentPages> SegmentsAsync(FileId id, FileId placed, FileRecord record, IContentPages own, CancellationToken cancellationToken)
    {
        await using (own.ConfigureAwait(false))
        {
            var list = await ReadListAsync(placed, record, own, cancellationToken).ConfigureAwait(false);
            return new SegmentedPages(list, (number, isReadOn) => PagesOf(id, list[number].Id, list[number].Record, isReadOn));
        }
    }

    private static async Task<SegmentList> ReadListAsync(FileId file, FileRecord record, IContentPages pages, CancellationToken cancellationToken)
    {
        var bytes = new byte[record.ReplicaLength];
        for (var at = 0; at < bytes.Length;)
        {
            at += await pages.ReadAsync(at / Pages.Size, bytes.AsMemory(at), cancellationToken).ConfigureAwait(false);
        }
        return SegmentList.TryRead(file, record, bytes, out var list)
            ? list
            : throw new FileUnavailableException(file, [], "its list of segments is not the one that its record names.");
    }

    private ReplicaPages PagesOf(FileId file, FileId replica, FileRecord record, bool isReadOn) =>
        new(file, replica, record.Version, record.ReplicaLength, _machines, logger) { IsReadOn = isReadOn };
}
