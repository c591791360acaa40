using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Storage;

namespace LightDfs.Cluster;

internal sealed partial class ClusterFileStore
{
    public async Task<StoredFile> StoreAsync(Stream content, StoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        options ??= new StoreOptions();
        if (options.Id is { } given)
        {
            _ = Placed(given, options.PlacementSalt);
        }
        // What is wrong with name or type is said before anything is read.
        var named = new FileRecord { Length = 0, Checksum = 0, FileName = options.FileName, ContentType = options.ContentType };
        if (await gate.WaitAsync(cancellationToken).ConfigureAwait(false) is { } reasons)
        {
            throw new InsufficientReplicasException(options.Id, 0, membership.View.Quorum, reasons, "Nothing was stored.");
        }
        using var buffer = await UploadBuffer.ReadAsync(content, segmentSize, budget, cancellationToken).ConfigureAwait(false);
        var record = named with { Length = buffer.Content.Length, Checksum = buffer.Checksum };
        var view = membership.View;
        var id = options.Id ?? Draw(view, options.PlacementSalt);
        return await StoreAsync(view, id, Placed(id, options.PlacementSalt), record, buffer, isDrawn: options.Id is null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Draws an id whose owners are all fit, so that a machine that is down costs new files nothing.</summary>
    private FileId Draw(ClusterView view, ulong? salt) =>
        ids.Draw(FileKind.File, id => holders.AreOwnersFit(view, Placed(id, salt)));

    private async Task<StoredFile> StoreAsync(ClusterView view, FileId id, FileId placed, FileRecord record, UploadBuffer buffer, bool isDrawn, CancellationToken cancellationToken)
    {
        var write = new QuorumWrite<CommitOutcome>((holder, token) => holder.StoreAsync(placed, record, buffer, token), view.Copies, view.Quorum, time);
        try
        {
            await write.RunAsync(holders.ForStore(view, placed), outcome => outcome is CommitOutcome.Deleted or CommitOutcome.Conflict, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (isDrawn)
        {
            await WithdrawAsync(placed, write.Tried).ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (write.WasCut)
            {
                buffer.KeepForOthers();
            }
        }
        var refusal = write.Done.Find(done => done.Answer is CommitOutcome.Deleted or CommitOutcome.Conflict);
        var stored = write.Done.Count(done => done.Answer is CommitOutcome.Stored or CommitOutcome.AlreadyStored);
        if (refusal.Holder is null && stored >= view.Quorum)
        {
            Stored(logger, id, record.Length, stored);
            return Describe(id, record, stored);
        }
        if (isDrawn)
        {
            await WithdrawAsync(placed, write.Tried).ConfigureAwait(false);
        }
        throw refusal.Holder is null
            ? new InsufficientReplicasException(id, stored, view.Quorum, [.. write.Failures, .. Holders.Silent(view, discovery)], isDrawn
                ? "Nothing of it will appear later; store it again."
                : "Whether it will appear later is unknown: storing it again under the same id finishes it, deleting it ends it.")
            : refusal.Answer == CommitOutcome.Deleted ? new FileDeletedException(id) : new FileConflictException(id);
    }

    /// <summary>
    /// Ends a failed store of an id that nobody else knows: a tombstone here, and where it may have arrived. So nothing of it appears later, also from machines that
    /// cannot be reached now: their copies meet a tombstone.
    /// </summary>
    private async Task WithdrawAsync(FileId placed, IReadOnlyList<IReplicaHolder> tried)
    {
        var now = time.GetUtcNow();
        // Not the caller's token, which may be the reason.
        using var late = new CancellationTokenSource(TransferTimeouts.Question, time);
        await Task.WhenAll(tried.Prepend(holders.Local).Distinct().Select(WithdrawFromAsync)).ConfigureAwait(false);

        async Task WithdrawFromAsync(IReplicaHolder holder)
        {
            try
            {
                await holder.DeleteAsync(placed, now, late.Token).ConfigureAwait(false);
            }
            catch (Exception cause) when (cause is OperationCanceledException || HolderFailure.Of(holder, cause) is not null)
            {
                NotWithdrawn(logger, placed, holder.Machine, cause);
            }
        }
    }
}
