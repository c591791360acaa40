namespace LightDfs.Peers;

/// <summary>What a transport knows of the connection a request came on.</summary>
/// <param name="IsProtected">True when nobody between the peers can read or change what is sent, as with TLS.</param>
/// <param name="IsLoopback">True when it comes straight from this host: a loopback address, and no sign of a proxy having forwarded it.</param>
/// <param name="Remote">Whom it comes from, for logs: a host, with or without <c>:port</c>, which changes and says little.</param>
public readonly record struct PeerConnection(bool IsProtected, bool IsLoopback, string Remote);
