using LightDfs.AspNetCore.Headers;
using LightDfs.AspNetCore.Problems;
using LightDfs.AspNetCore.Uploads;
using Microsoft.AspNetCore.Http;

namespace LightDfs.AspNetCore.Files;

/// <summary>
/// <c>PUT prefix/{id}</c>: the body becomes a file under an id that the client drew, so it can send it again without knowing what became of the first time. It always ends in the
/// store, also when the file is there: only that makes sure of enough copies, and of the same content.
/// </summary>
internal sealed class PutEndpoint(FileReceiver receiver, TimeProvider time)
{
    /// <summary>Nobody waits longer for machines that are silent only to learn which of two answers is the right one.</summary>
    internal static readonly TimeSpan LookupTime = TimeSpan.FromMilliseconds(500);

    public async Task HandleAsync(HttpContext context, IFileStore files)
    {
        if (!FileIds.TryGet(context, out var id, out var reason))
        {
            await ProblemWriter.WriteAsync(context, StatusCodes.Status400BadRequest, reason).ConfigureAwait(false);
            return;
        }
        receiver.Refuse(context);
        var current = await CurrentAsync(context, files, id).ConfigureAwait(false);
        if (!Preconditions.Hold(context.Request, current))
        {
            await ProblemWriter.WritePreconditionFailedAsync(context, id).ConfigureAwait(false);
            return;
        }
        var stored = await receiver.StoreAsync(context, files, id, current).ConfigureAwait(false);
        await UploadEndpoint.AnswerAsync(context, current is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, stored).ConfigureAwait(false);
    }

    // While a machine is silent, nobody can tell whether the file is there. Without a condition on it, only the choice between 200 and 201 hangs on that.
    private async Task<StoredFile?> CurrentAsync(HttpContext context, IFileStore files, FileId id)
    {
        if (Preconditions.AreSet(context.Request))
        {
            return await files.FindAsync(id, null, context.RequestAborted).ConfigureAwait(false);
        }
        using var late = new CancellationTokenSource(LookupTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            return await files.FindAsync(id, null, either.Token).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is FileUnavailableException || (cause is OperationCanceledException && late.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested))
        {
            return null;
        }
    }
}
