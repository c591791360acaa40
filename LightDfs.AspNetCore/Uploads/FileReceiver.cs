using LightDfs.AspNetCore.Headers;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace LightDfs.AspNetCore.Uploads;

/// <summary>Turns the body of a request into a stored file, streaming: nothing is gathered here.</summary>
internal sealed class FileReceiver(FilesSettings settings)
{
    // What a form may have around its file: fields, headers of parts, boundaries.
    private const long MaxAroundFile = FormFile.MaxFieldBytes + (64 * 1024);

    /// <summary>Stores what the request sends, a file or a form with one, under a drawn id.</summary>
    /// <exception cref="BadHttpRequestException">The request is not one of a whole file, or too large; its status says which. Nothing was stored.</exception>
    public Task<StoredFile> StoreAsync(HttpContext context, IFileStore files)
    {
        Refuse(context, allowForm: true);
        return StoreAsync(context, files, id: null, current: null);
    }

    /// <summary>Refuses, by its head alone, a request whose body cannot be stored as the whole file under an id of the client's.</summary>
    /// <exception cref="BadHttpRequestException">Its status says why.</exception>
    public void Refuse(HttpContext context) => Refuse(context, allowForm: false);

    /// <summary>Stores the file that the request sends under an id of the client's, or confirms that it is there. After <see cref="Refuse(HttpContext)"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="files">Where to.</param>
    /// <param name="id">The client's id.</param>
    /// <param name="current">The file that is there; <see langword="null"/> when there is none, or nobody knows.</param>
    /// <exception cref="BadHttpRequestException">The request is not one of a whole file, or too large; its status says which. Nothing was stored.</exception>
    public Task<StoredFile> StoreAsync(HttpContext context, IFileStore files, FileId id, StoredFile? current) => StoreAsync(context, files, (FileId?)id, current);

    private void Refuse(HttpContext context, bool allowForm)
    {
        var request = context.Request;
        var isForm = IsForm(request);
        RefuseForged(context);
        RefuseWhatIsNotTheFile(request, isForm && !allowForm);
        if (isForm)
        {
            RefuseReadForm(context);
        }
        RefuseTooLarge(request, isForm);
        // What cannot be read is refused by the reading.
        _ = Digests.Expected(request.Headers);
        _ = Digests.AreWanted(request.Headers);
        _ = Expiry.Of(request);
    }

    private async Task<StoredFile> StoreAsync(HttpContext context, IFileStore files, FileId? id, StoredFile? current)
    {
        var request = context.Request;
        var isForm = IsForm(request);
        var wantsSha256 = settings.ComputeSha256 || Digests.AreWanted(request.Headers);

        LiftDataRate(context);
        using var body = new PatientBody(request.Body, settings.UploadIdleTimeout, settings.Time);
        // The headers of a form speak of the form; those of its file are in the part.
        using var form = isForm && Digests.Expected(request.Headers) is { } expected ? new DigestedContent(body, expected) : null;
        var file = isForm ? await FormFile.OpenAsync(request, (Stream?)form ?? body, context.RequestAborted).ConfigureAwait(false) : RawFile.Of(request, body);
        var options = new StoreOptions
        {
            FileName = file.FileName,
            ContentType = file.ContentType,
            Id = id,
            Sha256 = wantsSha256,
            ExpectedSha256 = file.ExpectedSha256,
            ExpiresAfter = Expiry.Of(request),
        };
        using var checkedHere = current is not null && file.ExpectedSha256 is { } promised ? new DigestedContent(file.Content, promised) : null;
        if (current is not null)
        {
            // A kept digest is part of what is stored: asking for one, or not, must not make a conflict of a retry.
            (options.Sha256, options.ExpectedSha256) = (current.Sha256 is not null, null);
        }
        var content = (Stream?)checkedHere ?? file.Content;
        content = settings.MaxFileSize is { } limit ? new LimitedContent(content, limit) : content;
        try
        {
            return await files.StoreAsync(content, options, context.RequestAborted).ConfigureAwait(false);
        }
        catch (ArgumentException unfit)
        {
            throw new BadHttpRequestException(unfit.Message, StatusCodes.Status400BadRequest, unfit);
        }
    }

    // Not HasFormContentType, which throws where antiforgery has failed.
    private static bool IsForm(HttpRequest request) => request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    // The app's antiforgery middleware only leaves a note; who reads the body has to heed it.
    private static void RefuseForged(HttpContext context)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false })
        {
            throw Refused(StatusCodes.Status400BadRequest, "The request has no valid antiforgery token. Send it in a header.");
        }
    }

    private static void RefuseReadForm(HttpContext context)
    {
        if (context.Features.Get<IFormFeature>()?.Form is not null)
        {
            throw Refused(StatusCodes.Status400BadRequest, "The app has read the form before it came here, perhaps for an antiforgery token. Send the token in a header.");
        }
    }

    // Stored as they are, these would come back as something else than the client's file.
    private static void RefuseWhatIsNotTheFile(HttpRequest request, bool isFormNotTaken)
    {
        if (isFormNotTaken)
        {
            throw Refused(
                StatusCodes.Status415UnsupportedMediaType, "Send the file itself as the body, not a form. Its name goes into the Content-Disposition header or into ?fileName=.");
        }
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw Refused(StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding '{encoding}' is not undone here. Send the file as it is.");
        }
        if (request.Headers.ContentRange.Count > 0)
        {
            throw Refused(StatusCodes.Status400BadRequest, "Content-Range sends a piece of a file, and pieces cannot be stored. Send the whole file.");
        }
    }

    private void RefuseTooLarge(HttpRequest request, bool isForm)
    {
        if (settings.MaxFileSize is { } limit && request.ContentLength - (isForm ? MaxAroundFile : 0) > limit)
        {
            throw LimitedContent.TooLarge(limit);
        }
    }

    /// <summary>
    /// Kestrel ends a request whose body comes at less than 240 bytes/s, which cuts off telephones between two masts, and reports a broken connection. <see cref="PatientBody"/>
    /// bounds the silence instead, which is what holds memory.
    /// </summary>
    private static void LiftDataRate(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } feature)
        {
            feature.MinDataRate = null;
        }
    }

    private static BadHttpRequestException Refused(int status, string message) => new(message, status);
}
