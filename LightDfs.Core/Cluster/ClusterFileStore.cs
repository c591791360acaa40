using LightDfs.Files;
using LightDfs.Membership;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>The file store that the machines are together, as this one offers it.</summary>
internal sealed partial class ClusterFileStore(
    StartGate gate, Holders holders, ReplicaLookup lookup, MembershipState membership, PeerDiscovery discovery,
    FileIdSource ids, TransferBudget budget, int segmentSize, TimeProvider time, ILogger<ClusterFileStore> logger) : IFileStore
{
    public async Task<OpenedFile?> OpenAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        var placed = Placed(id, options?.PlacementSalt);
        await EnterAsync(id, cancellationToken).ConfigureAwait(false);
        if (await lookup.FindAsync(placed, (holder, token) => holder.OpenAsync(placed, null, 0, token), cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }
        var content = new FileContentStream(placed, found.Holder, found.Value, () => holders.ForLookup(membership.View, placed), logger);
        try
        {
            await content.PrimeAsync(cancellationToken).ConfigureAwait(false);
            return new OpenedFile(Describe(id, found.Value.Record, 1), content);
        }
        catch
        {
            await content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<StoredFile?> FindAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        var placed = Placed(id, options?.PlacementSalt);
        await EnterAsync(id, cancellationToken).ConfigureAwait(false);
        return await lookup.FindAsync(placed, (holder, token) => holder.FindAsync(placed, token), cancellationToken).ConfigureAwait(false) is { } found
            ? Describe(id, found.Value, 1)
            : null;
    }

    private static StoredFile Describe(FileId id, FileRecord record, int copies) => new()
    {
        Id = id,
        Length = record.Length,
        FileName = record.FileName,
        ContentType = record.ContentType,
        Checksum = record.Checksum,
        Copies = copies,
    };

    private static FileId Placed(FileId id, ulong? salt)
    {
        if (!id.IsValid || id.Kind != FileKind.File)
        {
            throw new ArgumentException($"'{id}' is not the id of a file. Take one that a store returned, or draw one by FileId.New().", nameof(id));
        }
        return salt is { } value ? id.WithSalt(value) : id;
    }

    private async ValueTask EnterAsync(FileId? id, CancellationToken cancellationToken)
    {
        if (await gate.WaitAsync(cancellationToken).ConfigureAwait(false) is { } reasons)
        {
            throw new FileUnavailableException(id, reasons, "this machine does not serve yet.");
        }
    }
}
