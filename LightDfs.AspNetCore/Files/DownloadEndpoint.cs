using System.Globalization;
using LightDfs.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Files;

/// <summary><c>GET</c> and <c>HEAD prefix/{id}</c>. Ranges and conditions are the framework's own.</summary>
internal static class DownloadEndpoint
{
    private const string DefaultContentType = "application/octet-stream";

    public static async Task HandleAsync(HttpContext context, IFileStore files)
    {
        if (!FileIds.TryGet(context, out var id, out var reason))
        {
            await ProblemWriter.WriteAsync(context, StatusCodes.Status400BadRequest, reason).ConfigureAwait(false);
            return;
        }
        var opened = HttpMethods.IsHead(context.Request.Method)
            ? await FindAsync(files, id, context.RequestAborted).ConfigureAwait(false)
            : await files.OpenAsync(id, null, context.RequestAborted).ConfigureAwait(false);
        if (opened is null)
        {
            await ProblemWriter.WriteNotFoundAsync(context, id).ConfigureAwait(false);
            return;
        }
        await using (opened.ConfigureAwait(false))
        {
            await SendAsync(context, opened).ConfigureAwait(false);
        }
    }

    private static async Task<OpenedFile?> FindAsync(IFileStore files, FileId id, CancellationToken cancellationToken) =>
        await files.FindAsync(id, null, cancellationToken).ConfigureAwait(false) is { } found ? new OpenedFile(found, new UnreadContent(found.Length)) : null;

    private static Task SendAsync(HttpContext context, OpenedFile opened)
    {
        // Anybody may have stored anything: it must never run as a page of this site.
        context.Response.Headers.ContentSecurityPolicy = "sandbox";
        context.Response.Headers.ContentDisposition = FileNames.Attachment(opened.Info.FileName);
        var result = TypedResults.Stream(
            opened.Content,
            ContentTypeOf(opened.Info),
            lastModified: opened.Info.Created,
            entityTag: EntityTagOf(opened.Info),
            enableRangeProcessing: IsRangeOfBytes(context.Request));
        return result.ExecuteAsync(context);
    }

    // The framework would take a range of any unit for one of bytes.
    private static bool IsRangeOfBytes(HttpRequest request) =>
        !RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range) || range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase);

    private static EntityTagHeaderValue EntityTagOf(StoredFile file) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{file.Checksum:x32}-{file.Length:x}\""));

    // What a client claimed may not be fit for a header.
    private static string ContentTypeOf(StoredFile file) =>
        file.ContentType is { } claimed
        && MediaTypeHeaderValue.TryParse(claimed, out var parsed)
        && !parsed.MatchesAllSubTypes
        && !claimed.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? claimed
            : DefaultContentType;
}
