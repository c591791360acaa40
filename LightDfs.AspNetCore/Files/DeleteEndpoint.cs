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
        else if (await files.DeleteAsync(id, null, context.RequestAborted).ConfigureAwait(false))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await ProblemWriter.WriteNotFoundAsync(context, id).ConfigureAwait(false);
        }
    }
}
