using System.Buffers;
using System.IO.Hashing;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>What one replica is to hold, in memory. Gives its bytes back when it is disposed.</summary>
internal sealed class UploadBuffer : IDisposable
{
    private readonly int _length;
    private readonly TransferBudget? _budget;
    private readonly Lazy<PeerBody> _body;
    private byte[]? _bytes;
    private List<Task>? _readers;

    /// <param name="bytes">Rented from the shared pool, or taken from <paramref name="budget"/>.</param>
    /// <param name="length">How many of the bytes count.</param>
    /// <param name="budget">Whom the bytes go back to; <see langword="null"/> for the shared pool.</param>
    public UploadBuffer(byte[] bytes, int length, TransferBudget? budget)
    {
        (_bytes, _length, _budget) = (bytes, length, budget);
        _body = new(() => new PeerBody(Content));
    }

    public ReadOnlyMemory<byte> Content => _bytes.AsMemory(0, _length);

    public UInt128 Checksum => XxHash128.HashToUInt128(Content.Span);

    /// <summary>The content as the body of requests; its hash is computed once, for all of them.</summary>
    public PeerBody Body => _body.Value;

    public static UploadBuffer CopyOf(ReadOnlySpan<byte> content)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, content.Length));
        content.CopyTo(bytes);
        return new UploadBuffer(bytes, content.Length, null);
    }

    /// <summary>These read the bytes also after this is disposed: until they have ended, the bytes are not used for anything else.</summary>
    public void KeepFor(IReadOnlyCollection<Task> readers)
    {
        if (readers.Count > 0)
        {
            (_readers ??= []).AddRange(readers);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is not { } bytes)
        {
            return;
        }
        if (_budget is not null)
        {
            _budget.Return(bytes, _readers is null ? Task.CompletedTask : Task.WhenAll(_readers));
        }
        else if (_readers is null)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
