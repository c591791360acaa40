using System.Security.Cryptography;

namespace LightDfs.Peers;

/// <summary>The body of a request, which may have to be sent several times.</summary>
internal sealed class PeerBody(ReadOnlyMemory<byte> content)
{
    private readonly Lazy<byte[]> _hash = new(() => SHA256.HashData(content.Span));

    public long Length => content.Length;

    /// <summary>SHA-256, computed once, when first needed.</summary>
    public ReadOnlyMemory<byte> Hash => _hash.Value;

    public Stream Open() => new ReadOnlyBytesStream(content);
}
