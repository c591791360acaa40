using LightDfs.AspNetCore.Headers;
using LightDfs.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Files;

/// <summary><c>GET</c> and <c>HEAD prefix/{id}</c>. Ranges and conditions are the framework's own; whole files go past it.</summary>
internal sealed class DownloadEndpoint(FilesSettings settings)
{
    private const string DefaultContentType = "application/octet-stream";

    public async Task HandleAsync(HttpContext context, IFileStore files)
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

    private Task SendAsync(HttpContext context, OpenedFile opened)
    {
        var (response, info) = (context.Response, opened.Info);
        var contentType = ContentTypeOf(info, out var mediaType);
        // Anybody may have stored anything: it must never run as a page of this site.
        response.Headers.ContentSecurityPolicy = "sandbox";
        response.Headers.ContentDisposition = FileNames.Disposition(settings.InlineContentTypes.Contains(mediaType) ? "inline" : "attachment", info.FileName);
        if (info.Sha256 is { } sha256)
        {
            response.Headers[Digests.ReprDigest] = Digests.Field(sha256);
        }
        response.OnStarting(AdmitOtherBytesAsync, response);
        if (info.ExpiresAt is not null)
        {
            LimitCachesOnStarting(response, info);
        }
        return WholeFile.IsAskedFor(context.Request) ? WholeFile.SendAsync(context, opened, contentType) : SendByFrameworkAsync(context, opened, contentType);
    }

    private static Task SendByFrameworkAsync(HttpContext context, OpenedFile opened, string contentType)
    {
        Preconditions.Trim(context.Request);
        var result = TypedResults.Stream(
            opened.Content,
            contentType,
            lastModified: opened.Info.Created,
            entityTag: EntityTags.Of(opened.Info),
            enableRangeProcessing: IsRangeOfBytes(context.Request));
        return result.ExecuteAsync(context);
    }

    // By itself, lest every download make a closure for it.
    private void LimitCachesOnStarting(HttpResponse response, StoredFile file) => response.OnStarting(() =>
    {
        if (response.StatusCode < StatusCodes.Status400BadRequest)
        {
            Lifetimes.Limit(response.Headers, file, settings.Time.GetUtcNow());
        }
        return Task.CompletedTask;
    });

    /// <summary>
    /// Right before the headers leave: takes back what is said of the file's bytes where something else is sent. The app's response compression leaves a strong tag on its own bytes; a
    /// client that resumed by it would join compressed and plain ones. And an error has no bytes of the file.
    /// </summary>
    private static Task AdmitOtherBytesAsync(object state)
    {
        var response = (HttpResponse)state;
        var isCompressed = response.Headers.ContentEncoding.Count > 0;
        if (isCompressed && EntityTagHeaderValue.TryParse(response.Headers.ETag.ToString(), out var tag))
        {
            response.Headers.ETag = new EntityTagHeaderValue(tag.Tag, isWeak: true).ToString();
            response.Headers.Remove(HeaderNames.AcceptRanges);
        }
        if (isCompressed || response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            response.Headers.Remove(Digests.ReprDigest);
        }
        return Task.CompletedTask;
    }

    // The framework would take a range of any unit for one of bytes.
    private static bool IsRangeOfBytes(HttpRequest request) =>
        !RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range) || range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase);

    // What a client claimed may not be fit for a header.
    private static string ContentTypeOf(StoredFile file, out string mediaType)
    {
        if (file.ContentType is null or DefaultContentType)
        {
            return mediaType = DefaultContentType;
        }
        var isFit = MediaTypeHeaderValue.TryParse(file.ContentType, out var parsed)
            && !parsed.MatchesAllSubTypes
            && !file.ContentType.AsSpan().ContainsAnyExceptInRange(' ', '~');
        mediaType = isFit ? parsed!.MediaType.ToString() : DefaultContentType;
        return isFit ? file.ContentType! : DefaultContentType;
    }
}
