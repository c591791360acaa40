using Microsoft.AspNetCore.Http.Metadata;

namespace LightDfs.AspNetCore.Files;

/// <summary>Lifts the server's own limit (30 MB in Kestrel) from one endpoint: the store knows what it can take, and says so with a reason.</summary>
internal sealed class UnlimitedBody : IRequestSizeLimitMetadata
{
    public static UnlimitedBody Instance { get; } = new();

    public long? MaxRequestBodySize => null;
}
