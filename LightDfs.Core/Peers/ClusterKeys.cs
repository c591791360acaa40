using System.Security.Cryptography;

namespace LightDfs.Peers;

/// <summary>
/// Proves that heads come from a member, under a key that is SHA-256 over cluster name and secret. Without a secret the key is known to everyone; then only loopback connections
/// are served.
/// </summary>
internal sealed class ClusterKeys
{
    private readonly ClusterKey _current;
    private readonly ClusterKey? _previous;

    public ClusterKeys(string clusterName, string? key, string? previousKey)
    {
        IsOpen = key is null;
        _current = Derive(clusterName, key ?? "");
        _previous = previousKey is null ? null : Derive(clusterName, previousKey);
    }

    /// <summary>True without a secret.</summary>
    public bool IsOpen { get; }

    public ReadOnlyMemory<byte> SignRequest(ReadOnlySpan<byte> head) => _current.SignRequest(head);

    /// <summary>The key that a request was signed with, which its reply is signed with too; <see langword="null"/> when it is no key of ours.</summary>
    public ClusterKey? KeyOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> proof) =>
        CryptographicOperations.FixedTimeEquals(_current.SignRequest(head), proof) ? _current
        : _previous is not null && CryptographicOperations.FixedTimeEquals(_previous.SignRequest(head), proof) ? _previous
        : null;

    /// <summary>True when a reply answers the request that this machine signed with its current key.</summary>
    public bool IsProven(PeerReply reply, ReadOnlySpan<byte> requestProof) =>
        CryptographicOperations.FixedTimeEquals(_current.SignReply(reply.Status, reply.BodyLength, reply.Head.Span, requestProof), reply.Proof.Span);

    private static ClusterKey Derive(string clusterName, string key) =>
        new(SHA256.HashData(new WireWriter().Text("LightDfs key 1").Text(clusterName).Text(key).Written.Span));
}
