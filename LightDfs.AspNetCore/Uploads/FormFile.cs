using System.Buffers;
using LightDfs.AspNetCore.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Uploads;

/// <summary>
/// The content of the one file in a <c>multipart/form-data</c> body, read as it arrives. Its end is not reported before the whole form has ended well, without a second file:
/// until then the store has nothing to make visible.
/// </summary>
internal sealed class FormFile : ForwardOnlyStream
{
    /// <summary>Other fields are read and dropped, up to this many bytes together: they are no place for files.</summary>
    public const int MaxFieldBytes = 1024 * 1024;

    private const int BufferSize = 64 * 1024;
    private readonly MultipartReader _form;
    private Stream _part = Null;
    private long _fieldBytes;
    private bool _ended;

    private FormFile(MultipartReader form) => _form = form;

    /// <summary>Reads up to the file's first byte.</summary>
    /// <exception cref="BadHttpRequestException">It is no form with a file.</exception>
    public static async Task<IncomingFile> OpenAsync(HttpRequest request, Stream body, CancellationToken cancellationToken)
    {
        var boundary = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString() : "";
        if (boundary.Length == 0)
        {
            throw Bad("The Content-Type names no boundary between the parts of the form.");
        }
        var file = new FormFile(new MultipartReader(boundary, body, BufferSize));
        try
        {
            var found = await file.NextFileAsync(cancellationToken).ConfigureAwait(false);
            return found ?? throw Bad("The form has no file. Send one part with a file name.");
        }
        catch (Exception cut) when (IsCut(cut))
        {
            throw CutShort(cut);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty)
        {
            return 0;
        }
        try
        {
            var read = await _part.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                if (await NextFileAsync(cancellationToken).ConfigureAwait(false) is not null)
                {
                    throw Bad("The form has more than one file. Send each in a request of its own. Nothing was stored.");
                }
                _ended = true;
            }
            return read;
        }
        catch (Exception cut) when (IsCut(cut))
        {
            throw CutShort(cut);
        }
    }

    private async Task<IncomingFile?> NextFileAsync(CancellationToken cancellationToken)
    {
        while (await _form.ReadNextSectionAsync(cancellationToken).ConfigureAwait(false) is { } section)
        {
            // As browsers do it: a file input that nobody filled has a part with an empty name.
            if (Dispositions.FileNameOf(Dispositions.Parse(section.ContentDisposition)) is { } fileName)
            {
                RefuseEncoded(section);
                _part = section.Body;
                return new IncomingFile(this, fileName, string.IsNullOrEmpty(section.ContentType) ? null : section.ContentType, Digests.Expected(section.Headers!));
            }
            await DropAsync(section.Body, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    private async Task DropAsync(Stream field, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            for (int read; (read = await field.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                _fieldBytes += read;
                if (_fieldBytes > MaxFieldBytes)
                {
                    throw new BadHttpRequestException(
                        $"The form's fields besides the file are longer than {MaxFieldBytes} bytes. A file needs a file name. Nothing was stored.", StatusCodes.Status413PayloadTooLarge);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Stored as it is, it would come back as something else than the client's file.
    private static void RefuseEncoded(MultipartSection section)
    {
        if (section.Headers!.TryGetValue("Content-Transfer-Encoding", out var encoding) && encoding.ToString().ToLowerInvariant() is not ("binary" or "7bit" or "8bit"))
        {
            throw Bad($"Content-Transfer-Encoding '{encoding}' is not undone here. Send the file as it is.");
        }
    }

    private static bool IsCut(Exception exception) => exception is InvalidDataException || exception is IOException and not BadHttpRequestException;

    private static BadHttpRequestException CutShort(Exception cause) =>
        new($"The form is malformed or cut short: {cause.Message} Nothing was stored.", StatusCodes.Status400BadRequest, cause);

    private static BadHttpRequestException Bad(string message) => new(message, StatusCodes.Status400BadRequest);
}
