namespace LightDfs.Transport.Http;

/// <summary>Knows whether the app has mapped the endpoint at which peers reach it.</summary>
internal sealed class PeerEndpointMark
{
    public bool IsMapped { get; set; }
}
