using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LightDfs.Peers;

/// <summary>One key, and what is proven with it: HMAC-SHA256 (RFC 2104). Thread-safe.</summary>
internal sealed class ClusterKey(byte[] key)
{
    private static readonly byte[] RequestLabel = "LightDfs request 1\n"u8.ToArray();
    private static readonly byte[] ReplyLabel = "LightDfs reply 1\n"u8.ToArray();

    // Making one costs as much as using it. There are as many as threads ever signed at once.
    private readonly ConcurrentBag<IncrementalHash> _idle = [];

    public byte[] SignRequest(ReadOnlySpan<byte> head) => Sign(RequestLabel, head, default, default);

    public byte[] SignReply(PeerStatus status, long bodyLength, ReadOnlySpan<byte> head, ReadOnlySpan<byte> requestProof)
    {
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, (int)status);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], requestProof.Length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], bodyLength);
        return Sign(ReplyLabel, numbers, requestProof, head);
    }

    private byte[] Sign(ReadOnlySpan<byte> label, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        if (!_idle.TryTake(out var hmac))
        {
            hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        }
        hmac.AppendData(label);
        hmac.AppendData(first);
        hmac.AppendData(second);
        hmac.AppendData(third);
        var proof = hmac.GetHashAndReset();
        _idle.Add(hmac);
        return proof;
    }
}
