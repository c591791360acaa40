using LightDfs.Testing.Clusters;

namespace LightDfs.Tests.Cluster;

/// <summary>Clusters with the smallest segments, so that little is already a large file.</summary>
internal static class LargeFiles
{
    public const int Segment = 64 * 1024;

    public static Task<LightDfsTestCluster> StartAsync(int machines = 3, Action<int, LightDfsOptions>? configure = null, Action<TestClusterOptions>? cluster = null) =>
        LightDfsTestCluster.StartAsync(machines, options =>
        {
            options.ConfigureMachine = (index, machine) =>
            {
                machine.SegmentSize = Segment;
                machine.TransferMemory = 4 * Segment;
                configure?.Invoke(index, machine);
            };
            cluster?.Invoke(options);
        });

    public static byte[] Content(int length, int seed = 1)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    public static async Task<byte[]> ReadAsync(IFileStore files, FileId id)
    {
        await using var opened = await files.OpenAsync(id) ?? throw new InvalidOperationException($"'{id}' is not there.");
        var read = new MemoryStream();
        await opened.Content.CopyToAsync(read);
        return read.ToArray();
    }

    /// <summary>A stream that does not know its length, and gives it in uneven pieces.</summary>
    public static Stream OfUnknownLength(byte[] content, Exception? failure = null) => new Pieces(content, failure);

    private sealed class Pieces(byte[] content, Exception? failure) : Stream
    {
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var taken = Math.Min(Math.Min(count, 7919), content.Length - _at);
            content.AsSpan(_at, taken).CopyTo(buffer.AsSpan(offset));
            _at += taken;
            return taken == 0 && failure is not null ? throw failure : taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
