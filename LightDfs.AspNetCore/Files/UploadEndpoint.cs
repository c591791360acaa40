using LightDfs.AspNetCore.Headers;
using LightDfs.AspNetCore.Uploads;
using Microsoft.AspNetCore.Http;

namespace LightDfs.AspNetCore.Files;

/// <summary><c>POST prefix</c>: the body, as it is, or the one file of a form becomes a file under a new id.</summary>
internal sealed class UploadEndpoint(FileReceiver receiver)
{
    public async Task HandleAsync(HttpContext context, IFileStore files)
    {
        var stored = await receiver.StoreAsync(context, files).ConfigureAwait(false);
        context.Response.Headers.Location = LocationOf(context.Request, stored.Id);
        await AnswerAsync(context, StatusCodes.Status201Created, stored).ConfigureAwait(false);
    }

    public static Task AnswerAsync(HttpContext context, int status, StoredFile stored)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.ETag = EntityTags.TextOf(stored);
        return JsonReply.WriteAsync(context, "application/json", FileDocument.Of(stored), FilesJsonContext.Default.FileDocument);
    }

    // Without host and scheme, which a proxy may have changed.
    private static string LocationOf(HttpRequest request, FileId id) =>
        $"{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent().TrimEnd('/')}/{id}";
}
