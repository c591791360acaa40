using Microsoft.AspNetCore.Http;

namespace LightDfs.AspNetCore.Uploads;

/// <summary>A content that must not be longer than the endpoint allows.</summary>
internal sealed class LimitedContent(Stream content, long limit) : ForwardOnlyStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += read;
        return _read <= limit ? read : throw TooLarge(limit);
    }

    public static BadHttpRequestException TooLarge(long limit) =>
        new($"The file is longer than {limit} bytes, which is the most that is taken here. Nothing of it was stored.", StatusCodes.Status413PayloadTooLarge);
}
