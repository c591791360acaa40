using LightDfs.Peers;

namespace LightDfs.Testing.Conformance;

/// <summary>A transport, and a receiver that it reaches.</summary>
public sealed record PeerTransportSetup
{
    /// <summary>The transport that sends.</summary>
    public required IPeerTransport Transport { get; init; }

    /// <summary>A normalised address at which the fixture's handler listens.</summary>
    public required string Address { get; init; }

    /// <summary>A normalised address at which nobody listens, and which says so at once.</summary>
    public required string UnreachableAddress { get; init; }
}
