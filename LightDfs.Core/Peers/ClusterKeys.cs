using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LightDfs.Peers;

/// <summary>
/// Proves that heads come from a member: HMAC-SHA256 (RFC 2104) under a key that is SHA-256 over cluster name and secret. Without a secret the key is
/// known to everyone; then only loopback connections are served.
/// </summary>
internal sealed class ClusterKeys
{
    private static readonly byte[] RequestLabel = "LightDfs request 1\n"u8.ToArray();
    private static readonly byte[] ReplyLabel = "LightDfs reply 1\n"u8.ToArray();
    private readonly byte[] _current;
    private readonly byte[]? _previous;

    public ClusterKeys(string clusterName, string? key, string? previousKey)
    {
        IsOpen = key is null;
        _current = Derive(clusterName, key ?? "");
        _previous = previousKey is null ? null : Derive(clusterName, previousKey);
    }

    /// <summary>True without a secret.</summary>
    public bool IsOpen { get; }

    public ReadOnlyMemory<byte> SignRequest(ReadOnlySpan<byte> head) => RequestProof(_current, head);

    /// <summary>The key that a request was signed with, which its reply is signed with too; <see langword="null"/> when it is no key of ours.</summary>
    public ReadOnlyMemory<byte>? KeyOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> proof)
    {
        foreach (var key in new[] { _current, _previous })
        {
            if (key is not null && CryptographicOperations.FixedTimeEquals(RequestProof(key, head), proof))
            {
                return key;
            }
        }
        return null;
    }

    public static ReadOnlyMemory<byte> SignReply(ReadOnlySpan<byte> key, PeerStatus status, long bodyLength, ReadOnlySpan<byte> head, ReadOnlySpan<byte> requestProof)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, (int)status);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], requestProof.Length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], bodyLength);
        hmac.AppendData(ReplyLabel);
        hmac.AppendData(numbers);
        hmac.AppendData(requestProof);
        hmac.AppendData(head);
        return hmac.GetHashAndReset();
    }

    /// <summary>True when a reply answers the request that this machine signed with its current key.</summary>
    public bool IsProven(PeerReply reply, ReadOnlySpan<byte> requestProof) =>
        CryptographicOperations.FixedTimeEquals(
            SignReply(_current, reply.Status, reply.BodyLength, reply.Head.Span, requestProof).Span,
            reply.Proof.Span);

    private static byte[] RequestProof(byte[] key, ReadOnlySpan<byte> head)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(RequestLabel);
        hmac.AppendData(head);
        return hmac.GetHashAndReset();
    }

    private static byte[] Derive(string clusterName, string key) =>
        SHA256.HashData(new WireWriter().Text("LightDfs key 1").Text(clusterName).Text(key).Written.Span);
}
