using LightDfs.Files;
using LightDfs.Membership;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>The file store that the machines are together, as this one offers it.</summary>
internal sealed partial class ClusterFileStore(
    StartGate gate, Holders holders, ReplicaLookup lookup, QuorumWriter writer, ContentReader contents, FileDeletion deletion, MembershipState membership,
    ClashReport clashes, FileIdSource ids, LocalFirst localFirst, IdAge age, TransferBudget budget, ClientLoad load, TimeProvider time, ILogger<ClusterFileStore> logger) : IFileStore
{
    public async Task<OpenedFile?> OpenAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        var placed = Placed(id, options?.PlacementSalt);
        await EnterAsync(id, cancellationToken).ConfigureAwait(false);
        var begun = time.GetTimestamp();
        var found = await lookup.OpenAsync(id, placed, cancellationToken).ConfigureAwait(false);
        if (found.Value is not { } replica)
        {
            return null;
        }
        load.Opened(time.GetElapsedTime(begun), found.Holder == holders.Local);
        var record = replica.Record;
        return new OpenedFile(Describe(id, record, 1), await contents.OpenAsync(id, placed, found.Holder!, replica, cancellationToken).ConfigureAwait(false));
    }

    public async Task<StoredFile?> FindAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default)
    {
        var placed = Placed(id, options?.PlacementSalt);
        await EnterAsync(id, cancellationToken).ConfigureAwait(false);
        var found = await lookup.FindAsync(id, placed, cancellationToken).ConfigureAwait(false);
        return found.Value is { } record ? Describe(id, record, 1) : null;
    }

    private static StoredFile Describe(FileId id, FileRecord record, int copies) => new()
    {
        Id = id,
        Length = record.Length,
        FileName = record.FileName,
        ContentType = record.ContentType,
        Checksum = record.Checksum,
        Sha256 = record.Sha256,
        ExpiresAt = record.ExpiresAt,
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
