using LightDfs.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Files;

/// <summary><c>POST prefix</c>: the body, as it is, becomes a file.</summary>
internal static class UploadEndpoint
{
    public static async Task HandleAsync(HttpContext context, IFileStore files)
    {
        var request = context.Request;
        if (WhyNotRaw(request) is { } unsupported)
        {
            await ProblemWriter.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, unsupported).ConfigureAwait(false);
            return;
        }
        if (!TryGetFileName(request, out var fileName))
        {
            await ProblemWriter.WriteAsync(context, StatusCodes.Status400BadRequest, "The Content-Disposition header cannot be read. Write: attachment; filename*=UTF-8''name")
                .ConfigureAwait(false);
            return;
        }

        StoredFile stored;
        try
        {
            var options = new StoreOptions { FileName = fileName, ContentType = string.IsNullOrEmpty(request.ContentType) ? null : request.ContentType };
            stored = await files.StoreAsync(request.Body, options, context.RequestAborted).ConfigureAwait(false);
        }
        catch (ArgumentException tooLong)
        {
            await ProblemWriter.WriteAsync(context, StatusCodes.Status400BadRequest, tooLong.Message).ConfigureAwait(false);
            return;
        }

        var response = context.Response;
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = LocationOf(request, stored.Id);
        await JsonReply.WriteAsync(context, "application/json", FileDocument.Of(stored), FilesJsonContext.Default.FileDocument).ConfigureAwait(false);
    }

    // Without host and scheme, which a proxy may have changed.
    private static string LocationOf(HttpRequest request, FileId id) =>
        request.PathBase.Add(request.Path.Value!.TrimEnd('/')).Add($"/{id}").ToUriComponent();

    // Stored as they are, these would come back as something else than the client's file.
    private static string? WhyNotRaw(HttpRequest request)
    {
        if (request.HasFormContentType && request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            return "Send the file itself as the body, not a form. Its name goes into the Content-Disposition header or into ?fileName=.";
        }
        var encoding = request.Headers.ContentEncoding.ToString();
        return encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? null
            : $"Content-Encoding '{encoding}' is not undone here. Send the file as it is.";
    }

    private static bool TryGetFileName(HttpRequest request, out string? fileName)
    {
        fileName = request.Query["fileName"];
        var header = request.Headers.ContentDisposition.ToString();
        if (header.Length > 0)
        {
            if (!ContentDispositionHeaderValue.TryParse(header, out var disposition))
            {
                return false;
            }
            var named = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.UnescapeAsQuotedString(disposition.FileName);
            fileName = named.HasValue ? named.Value : fileName;
        }
        fileName = string.IsNullOrEmpty(fileName) ? null : fileName;
        return true;
    }
}
