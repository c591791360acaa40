using Microsoft.AspNetCore.Http.Metadata;

namespace LightDfs.AspNetCore.Uploads;

/// <summary>Lifts the server's own limit (30 MB in Kestrel) from one endpoint: this package and the store know what they take, and say so with a reason.</summary>
internal sealed class UnlimitedBody : IRequestSizeLimitMetadata
{
    public static UnlimitedBody Instance { get; } = new();

    public long? MaxRequestBodySize => null;
}
