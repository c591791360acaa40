using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LightDfs.Peers;

/// <summary>One key, and what is proven with it: HMAC-SHA256 (RFC 2104). Thread-safe.</summary>
internal sealed class ClusterKey(byte[] key)
{
    private static readonly byte[] RequestLabel = "LightDfs request 1\n"u8.ToArray();
    private static readonly byte[] ReplyLabel = "LightDfs reply 1\n"u8.ToArray();

    /// <summary>Bytes up to which the parts are put together first: a call into the system's library costs more than copying them.</summary>
    private const int Together = 1024;

    // Making one costs as much as using it. There are as many as threads ever signed at once; one of them lies where it is had soonest.
    private readonly ConcurrentBag<IncrementalHash> _idle = [];
    private IncrementalHash? _next;

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
        var hmac = Interlocked.Exchange(ref _next, null) ?? (_idle.TryTake(out var idle) ? idle : IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));
        var length = label.Length + first.Length + second.Length + third.Length;
        if (length <= Together)
        {
            Span<byte> all = stackalloc byte[Together];
            label.CopyTo(all);
            first.CopyTo(all[label.Length..]);
            second.CopyTo(all[(label.Length + first.Length)..]);
            third.CopyTo(all[(label.Length + first.Length + second.Length)..]);
            hmac.AppendData(all[..length]);
        }
        else
        {
            hmac.AppendData(label);
            hmac.AppendData(first);
            hmac.AppendData(second);
            hmac.AppendData(third);
        }
        var proof = hmac.GetHashAndReset();
        if (Interlocked.CompareExchange(ref _next, hmac, null) is not null)
        {
            _idle.Add(hmac);
        }
        return proof;
    }
}
