namespace LightDfs.Cluster;

/// <summary>A machine answered, and said that it cannot do it now, and why.</summary>
internal sealed class PeerRefusedException(string reason) : LightDfsException(reason);
