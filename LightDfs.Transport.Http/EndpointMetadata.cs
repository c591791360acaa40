using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;

namespace LightDfs.Transport.Http;

/// <summary>Keeps what the host app does to its requests away from those of machines: the signature is their proof, and Core bounds them.</summary>
internal static class EndpointMetadata
{
    public static object[] All =>
    [
        new AllowAnonymousAttribute(),
        new DisableRateLimitingAttribute(),
        new DisableRequestTimeoutAttribute(),
        new OutputCacheAttribute { NoStore = true },
        new ExcludeFromDescriptionAttribute(),
        new SizeLimit(),
        new NoAntiforgery(),
    ];

    private sealed class SizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => HttpPeerEndpoint.MaxBodyLength;
    }

    private sealed class NoAntiforgery : IAntiforgeryMetadata
    {
        public bool RequiresValidation => false;
    }
}
