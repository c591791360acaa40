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
        options.Validate();
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
        await gate.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
        var id = options.Id ?? Draw(membership.View, options.PlacementSalt);
        if (age.IsAhead(id))
        {
            throw new ArgumentException($"Id '{id}' was drawn more than a day ahead of this machine's clock ({id.Created:u}). Check both clocks, and draw another one by FileId.New().", nameof(options));
        }
        // By the id's own time, so that a retry makes the same record.
        named = options.ExpiresAfter is { } after ? named with { ExpiresAt = id.Created + after } : named;
        using var reader = new UploadReader(content, budget, options.Sha256 || options.ExpectedSha256 is not null, time);
        return age.IsTooOld(id)
            ? await FindAgainAsync(id, named, reader, options, cancellationToken).ConfigureAwait(false)
            : await StoreAsync(id, named, reader, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Draws an id whose owners are all fit, so that a machine that is down costs new files nothing; while this machine is not fuller than the others, one that it owns itself.
    /// </summary>
    private FileId Draw(ClusterView view, ulong? salt) =>
        !holders.CanOwnersBeFit(view) ? ids.Draw(FileKind.File, true, static (_, any) => any)
        : localFirst.IsDue && ids.TryDraw(FileKind.File, (holders, view, salt), static (id, draw) => draw.holders.AreOwnersFit(draw.view, Placed(id, draw.salt), isHere: true), out var here)
            ? here
        : ids.Draw(FileKind.File, (holders, view, salt), static (id, draw) => draw.holders.AreOwnersFit(draw.view, Placed(id, draw.salt)));

    private async Task<StoredFile> StoreAsync(FileId id, FileRecord named, UploadReader reader, StoreOptions options, CancellationToken cancellationToken)
    {
        var placed = Placed(id, options.PlacementSalt);
        var withdrawal = options.Id is null ? new Withdrawal(holders, time, logger) : null;
        var begun = time.GetTimestamp();
        try
        {
            SegmentLayout? segments = null;
            var content = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!reader.IsAtEnd)
            {
                (segments, content) = await UploadOf(id, placed, reader, options, withdrawal).RunAsync(content, cancellationToken).ConfigureAwait(false);
            }
            using (content)
            {
                var record = RecordOf(reader, segments, named);
                CheckExpected(record, options);
                if (age.IsTooLong(time.GetElapsedTime(begun)))
                {
                    throw new FileIdExpiredException(id, age.Limit);
                }
                var result = await writer.StoreAsync(placed, record, content, withdrawal, cancellationToken).ConfigureAwait(false);
                ThrowUnlessStored(id, result, isDrawn: withdrawal is not null);
                Stored(logger, id, record.Length, result.Copies);
                if (record.Segments is null)
                {
                    options.Progress?.Report(record.Length);
                }
                return Describe(id, record, result.Copies);
            }
        }
        catch when (withdrawal is not null)
        {
            await withdrawal.RunAsync(placed).ConfigureAwait(false);
            throw;
        }
    }

    private static FileRecord RecordOf(UploadReader reader, SegmentLayout? segments, FileRecord named) =>
        named with { Length = reader.Length, Checksum = reader.Checksum, Sha256 = reader.Sha256, Segments = segments };

    private Upload UploadOf(FileId id, FileId placed, UploadReader reader, StoreOptions options, Withdrawal? withdrawal) => new(
        placed, reader, NameSegments(placed, isDrawn: options.Id is null), (segment, record, bytes, token) => StoreSegmentAsync(id, segment, record, bytes, withdrawal, token), options.Progress);

    private async Task StoreSegmentAsync(FileId file, FileId segment, FileRecord record, UploadBuffer content, Withdrawal? withdrawal, CancellationToken cancellationToken) =>
        ThrowUnlessStored(file, await writer.StoreAsync(segment, record, content, withdrawal, cancellationToken).ConfigureAwait(false), isDrawn: withdrawal is not null);

    /// <summary>Under a caller's id a retry must name its segments as the first try did; else they are drawn, on machines that are fit.</summary>
    private Func<int, UInt128, FileId> NameSegments(FileId placed, bool isDrawn) => isDrawn
        ? (_, _) =>
        {
            var view = membership.View;
            var canBeFit = holders.CanOwnersBeFit(view);
            return ids.Draw(FileKind.Segment, id => !canBeFit || holders.AreOwnersFit(view, id));
        }
        : placed.SegmentOf;

    /// <summary>An id too old for a new file still finds the file that was stored under it in time, on the write quorum, so that a late retry succeeds.</summary>
    private async Task<StoredFile> FindAgainAsync(FileId id, FileRecord named, UploadReader reader, StoreOptions options, CancellationToken cancellationToken)
    {
        var placed = Placed(id, options.PlacementSalt);
        SegmentLayout? layout = null;
        var content = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!reader.IsAtEnd)
        {
            (layout, content) = await new Upload(placed, reader, placed.SegmentOf, null, null).RunAsync(content, cancellationToken).ConfigureAwait(false);
        }
        using (content)
        {
            var record = RecordOf(reader, layout, named);
            CheckExpected(record, options);
            var found = await lookup.FindAsync(id, placed, cancellationToken).ConfigureAwait(false);
            if (found.Value is not { } stored)
            {
                throw found.IsDeleted ? new FileDeletedException(id) : new FileIdExpiredException(id, age.Limit);
            }
            if (stored.Version != record.Version)
            {
                throw new FileConflictException(id);
            }
            var result = await writer.CountAsync(placed, record.Version, cancellationToken).ConfigureAwait(false);
            for (var number = 0; result.IsStored && SegmentList.TryRead(placed, record, content.Content.Span, out var segments) && number < segments.Count; number++)
            {
                var (segment, of) = segments[number];
                var each = await writer.CountAsync(segment, of.Version, cancellationToken).ConfigureAwait(false);
                result = each.IsStored ? result : each;
            }
            return result.IsStored
                ? Describe(id, record, result.Copies)
                : throw new InsufficientReplicasException(id, result.Copies, result.Needed, result.Failures, "The id is too old to store more copies under it: store the file under a new one.");
        }
    }

    private static void CheckExpected(FileRecord record, StoreOptions options)
    {
        if (options.ExpectedSha256 is { } expected && expected != record.Sha256)
        {
            throw new ContentMismatchException(expected, record.Sha256!);
        }
    }

    private static void ThrowUnlessStored(FileId id, StoreResult result, bool isDrawn)
    {
        if (!result.IsStored)
        {
            throw result.Refusal switch
            {
                CommitOutcome.Deleted => new FileDeletedException(id),
                CommitOutcome.Conflict => new FileConflictException(id),
                _ => new InsufficientReplicasException(id, result.Copies, result.Needed, result.Failures, isDrawn
                    ? "Nothing of it will appear later; store it again."
                    : "Whether it will appear later is unknown: storing it again under the same id finishes it, deleting it ends it."),
            };
        }
    }
}
