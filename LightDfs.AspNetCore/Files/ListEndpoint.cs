using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LightDfs.AspNetCore.Files;

/// <summary><c>GET prefix</c>: every file, one line of JSON each (NDJSON), sent as they are found.</summary>
internal static class ListEndpoint
{
    private const int FlushAbove = 16 * 1024;

    public static async Task HandleAsync(HttpContext context, IFileStore files)
    {
        var response = context.Response;
        response.ContentType = "application/x-ndjson";
        var cancellationToken = context.RequestAborted;

        // Lines gather here, not in the response: what is in the response cannot be taken back when the first of them turn out to be all.
        var lines = new ArrayBufferWriter<byte>(FlushAbove + 1024);
        using var json = new Utf8JsonWriter(lines);
        await foreach (var file in files.ListAsync(null, cancellationToken).ConfigureAwait(false))
        {
            JsonSerializer.Serialize(json, FileDocument.Of(file), FilesJsonContext.Default.FileDocument);
            json.Reset();
            lines.Write("\n"u8);
            if (lines.WrittenCount >= FlushAbove)
            {
                await SendAsync(response, lines, cancellationToken).ConfigureAwait(false);
            }
        }
        await SendAsync(response, lines, cancellationToken).ConfigureAwait(false);
    }

    private static async Task SendAsync(HttpResponse response, ArrayBufferWriter<byte> lines, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
        lines.ResetWrittenCount();
    }
}
