using System.Runtime.CompilerServices;

namespace LightDfs.Peers;

/// <summary>The reply to a <see cref="PeerRequest"/>. Whoever receives it disposes it, which ends a body that is still coming.</summary>
public sealed class PeerReply : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owned;
    private readonly IDisposable? _ownedSync;

    /// <summary>A reply without resources of its own.</summary>
    public PeerReply()
    {
    }

    /// <summary>A reply that disposes <paramref name="owned"/>, after its body, when it is disposed itself.</summary>
    // Streams and the like are both; without a preference they could not be passed at all.
    [OverloadResolutionPriority(1)]
    public PeerReply(IAsyncDisposable owned) => _owned = owned;

    /// <summary>A reply that disposes <paramref name="owned"/>, after its body, when it is disposed itself.</summary>
    public PeerReply(IDisposable owned) => _ownedSync = owned;

    /// <summary>How the peer answered.</summary>
    public required PeerStatus Status { get; init; }

    /// <summary>The head, at most <see cref="PeerRequest.MaxHeadLength"/> bytes. Carried unchanged. Valid until the reply is disposed.</summary>
    public ReadOnlyMemory<byte> Head { get; init; }

    /// <summary>Proof of the reply, at most <see cref="PeerRequest.MaxProofLength"/> bytes. Carried unchanged; empty when the reply is not proven. Valid until the reply is disposed.</summary>
    public ReadOnlyMemory<byte> Proof { get; init; }

    /// <summary>The body; <see langword="null"/> exactly when <see cref="BodyLength"/> is 0. Read forwards, once.</summary>
    public Stream? Body { get; init; }

    /// <summary>Length of the body in bytes.</summary>
    public long BodyLength { get; init; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Body is not null)
        {
            await Body.DisposeAsync().ConfigureAwait(false);
        }
        if (_owned is not null)
        {
            await _owned.DisposeAsync().ConfigureAwait(false);
        }
        _ownedSync?.Dispose();
    }
}
