using LightDfs.AspNetCore.Headers;
using LightDfs.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace LightDfs.AspNetCore.Files;

/// <summary>The reply to a GET without a range or a condition: what most clients ask. The content is read, and verified, straight into the server's buffers.</summary>
internal static class WholeFile
{
    /// <summary>Bytes that are read, verified in place, and sent together.</summary>
    private const int SentTogether = 4 * Pages.Size;

    /// <summary>Bytes that are read before the reply is started: until then it can still become another one. Few, because the server copies them once more.</summary>
    private const int ReadFirst = 4096;

    public static bool IsAskedFor(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !Preconditions.AreSet(request) && request.Headers is { Range.Count: 0, IfModifiedSince.Count: 0 };

    public static async Task SendAsync(HttpContext context, OpenedFile opened, string contentType)
    {
        var (response, info) = (context.Response, opened.Info);
        response.ContentType = contentType;
        response.ContentLength = info.Length;
        response.Headers.ETag = EntityTags.TextOf(info);
        response.Headers.LastModified = HeaderUtilities.FormatDate(info.Created);
        response.Headers.AcceptRanges = "bytes";
        try
        {
            GiveTime(context);
            await CopyAsync(opened.Content, info.Length, context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested && context.Response.HasStarted)
        {
            // The client has left, or a time-out of the app has passed.
            context.Abort();
        }
    }

    /// <summary>
    /// Kestrel gives a client time by what was written to it, but does not count what is written into its own buffers after the start: a slow client would be cut off. So each sending
    /// gets the time that the rate allows for it.
    /// </summary>
    private static void GiveTime(HttpContext context)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { MinDataRate: { } rate } feature)
        {
            feature.MinDataRate = new MinDataRate(rate.BytesPerSecond, rate.GracePeriod + TimeSpan.FromSeconds(SentTogether / rate.BytesPerSecond));
        }
    }

    private static async Task CopyAsync(Stream content, long length, HttpContext context)
    {
        var (writer, cancellationToken) = (context.Response.BodyWriter, context.RequestAborted);
        // The first page leaves alone: it is there already, and the next one may keep the client waiting.
        var (unsent, together) = (0, Pages.Size);
        for (var left = length; left > 0;)
        {
            var isFirst = left == length;
            var wanted = (int)Math.Min(isFirst ? ReadFirst : together - unsent, left);
            var read = await content.ReadAsync(writer.GetMemory(wanted)[..wanted], cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException($"The content ended {left} bytes early.");
            }
            writer.Advance(read);
            (left, unsent) = (left - read, unsent + read);
            if (isFirst && left > 0)
            {
                await context.Response.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            // The end too: a body that the app has put in the server's place may send nothing by itself.
            if (unsent == together || left == 0)
            {
                if ((await writer.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted && left > 0)
                {
                    // Nobody takes the rest; ending normally would make a part look like the whole.
                    context.Abort();
                    return;
                }
                (unsent, together) = (0, SentTogether);
            }
        }
    }
}
