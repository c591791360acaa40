using System.Buffers;
using System.Net;

namespace LightDfs.Transport.Http;

/// <summary>Sends exactly the promised length of a stream that stays the caller's.</summary>
internal sealed class PromisedContent(Stream body, long length) : HttpContent
{
    private const int BufferSize = 64 * 1024;

    /// <summary>What went wrong with the caller's stream, as opposed to the connection; <see langword="null"/> if nothing did.</summary>
    public Exception? Failure { get; private set; }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var source = new PromisedStream(body, length, ownsInner: false, CancellationToken.None);
        await using (source.ConfigureAwait(false))
        {
            var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferSize, length));
            try
            {
                while (source.Left > 0)
                {
                    var read = await ReadAsync(source, buffer, cancellationToken).ConfigureAwait(false);
                    await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async ValueTask<int> ReadAsync(PromisedStream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Failure = exception;
            throw;
        }
    }
}
