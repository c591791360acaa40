using System.Security.Cryptography;

namespace LightDfs.AspNetCore.Uploads;

/// <summary>A content that must have a certain SHA-256. Its end is not reported before it is known to be right, so what is read from it is not stored either.</summary>
internal sealed class DigestedContent(Stream content, string expected) : ForwardOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _hash.AppendData(buffer.Span[..read]);
        if (read == 0 && !buffer.IsEmpty && !_ended)
        {
            _ended = true;
            var actual = Convert.ToHexStringLower(_hash.GetHashAndReset());
            if (actual != expected)
            {
                throw new ContentMismatchException(expected, actual);
            }
        }
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }
}
