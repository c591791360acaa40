namespace LightDfs.Peers;

/// <summary>
/// One request to a peer, as a transport carries it: a small head, its proof, and an optional body. Only Core knows what they mean.
/// </summary>
public sealed class PeerRequest
{
    /// <summary>Longest head of a request or reply, in bytes.</summary>
    public const int MaxHeadLength = 12 * 1024;

    /// <summary>Longest proof, in bytes.</summary>
    public const int MaxProofLength = 64;

    /// <summary>The head, at most <see cref="MaxHeadLength"/> bytes. Carried unchanged.</summary>
    public required ReadOnlyMemory<byte> Head { get; init; }

    /// <summary>Proof that the head comes from a member, at most <see cref="MaxProofLength"/> bytes. Carried unchanged; empty if there is none.</summary>
    public required ReadOnlyMemory<byte> Proof { get; init; }

    /// <summary>
    /// The body; <see langword="null"/> exactly when <see cref="BodyLength"/> is 0. Read forwards, once. When sending, the transport reads it and does not dispose it;
    /// when receiving, it is valid until the handler returns.
    /// </summary>
    public Stream? Body { get; init; }

    /// <summary>Length of the body in bytes.</summary>
    public long BodyLength { get; init; }

    /// <summary>
    /// Whether the sender expects a reply of more than a few hundred KiB. A hint, which does not travel: a transport whose requests share connections keeps such a reply apart from short ones.
    /// Default false, which promises nothing.
    /// </summary>
    public bool ExpectsLongReply { get; init; }
}
