using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>A window of a replica as the body of a reply. Owns the reader. Throws where a page is damaged, so that the reply breaks off.</summary>
internal sealed class ReplicaWindowStream(IReplicaReader reader, long offset, long length, DamageReport damage) : Stream
{
    private long _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _at);
        if (wanted == 0)
        {
            return 0;
        }
        try
        {
            var read = await reader.ReadAsync(offset + _at, buffer[..wanted], cancellationToken).ConfigureAwait(false);
            _at += read;
            return read;
        }
        catch (ReplicaDamagedException cause)
        {
            damage.Found(cause);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
