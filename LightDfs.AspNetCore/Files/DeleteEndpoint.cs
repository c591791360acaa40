using LightDfs.AspNetCore.Headers;
using LightDfs.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace LightDfs.AspNetCore.Files;

/// <summary><c>DELETE prefix/{id}</c>.</summary>
internal static class DeleteEndpoint
{
    public static async Task HandleAsync(HttpContext context, IFileStore files)
    {
        if (!FileIds.TryGet(context, out var id, out var reason))
        {
            await ProblemWriter.WriteAsync(context, StatusCodes.Status400BadRequest, reason).ConfigureAwait(false);
        }
        else if (!await MayDeleteAsync(context, files, id).ConfigureAwait(false))
        {
            await ProblemWriter.WritePreconditionFailedAsync(context, id).ConfigureAwait(false);
        }
        else if (await files.DeleteAsync(id, null, context.RequestAborted).ConfigureAwait(false))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await ProblemWriter.WriteNotFoundAsync(context, id).ConfigureAwait(false);
        }
    }

    // Of a file that is not there, "not found" says more than a condition that fails.
    private static async Task<bool> MayDeleteAsync(HttpContext context, IFileStore files, FileId id) =>
        !Preconditions.AreSet(context.Request)
        || await files.FindAsync(id, null, context.RequestAborted).ConfigureAwait(false) is not { } current
        || Preconditions.Hold(context.Request, current);
}
