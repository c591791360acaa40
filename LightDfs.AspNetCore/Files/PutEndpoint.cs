using LightDfs.AspNetCore.Headers;
using LightDfs.AspNetCore.Problems;
using LightDfs.AspNetCore.Uploads;
using Microsoft.AspNetCore.Http;

namespace LightDfs.AspNetCore.Files;

/// <summary>
/// <c>PUT prefix/{id}</c>: the body becomes a file under an id that the client drew, so it can send it again without knowing what became of the first time. It always ends in the
/// store, also when the file is there: only that makes sure of enough copies, and of the same content.
/// </summary>
internal sealed class PutEndpoint(FileReceiver receiver)
{
    public async Task HandleAsync(HttpContext context, IFileStore files)
    {
        if (!FileIds.TryGet(context, out var id, out var reason))
        {
            await ProblemWriter.WriteAsync(context, StatusCodes.Status400BadRequest, reason).ConfigureAwait(false);
            return;
        }
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
    private static async Task<StoredFile?> CurrentAsync(HttpContext context, IFileStore files, FileId id)
    {
        try
        {
            return await files.FindAsync(id, null, context.RequestAborted).ConfigureAwait(false);
        }
        catch (FileUnavailableException) when (!Preconditions.AreSet(context.Request))
        {
            return null;
        }
    }
}
