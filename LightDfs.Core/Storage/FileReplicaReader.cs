using System.Buffers;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Storage.Disks;
using Microsoft.Extensions.Logging;

namespace LightDfs.Storage;

/// <summary>Reads one replica, page by page, each verified.</summary>
/// <remarks>Reads block for the disk where the page cache misses: a hop to another thread would cost more than the usual read, and block that one.</remarks>
/// <param name="files">Where it is held.</param>
/// <param name="id">Whose it is.</param>
/// <param name="generation">Which of the things ever held under that id.</param>
/// <param name="file">Its content. Disposed with this.</param>
/// <param name="trailer">What is said of the content.</param>
/// <param name="path">For messages.</param>
/// <param name="logger">Where damage is told.</param>
internal sealed partial class FileReplicaReader(
    ReplicaFiles files, FileId id, long generation, IDiskReader file, ReplicaTrailer trailer, string path, ILogger logger) : IReplicaReader
{
    public FileRecord Record => trailer.Record;

    public UInt128 Version => trailer.Version;

    public ReadOnlyMemory<ulong> PageChecksums => trailer.PageChecksums;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }
        files.Health.CheckOpen();
        var count = (int)Math.Clamp(Record.ReplicaLength - offset, 0, buffer.Length);
        var left = buffer.Span[..count];
        while (!left.IsEmpty)
        {
            var done = offset % Pages.Size == 0 ? ReadWholePages(offset, left) : 0;
            if (done == 0)
            {
                done = ReadPartOfPage(offset, left);
            }
            offset += done;
            left = left[done..];
        }
        return ValueTask.FromResult(count);
    }

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads straight into the buffer the pages that it takes whole, in one go.</summary>
    private int ReadWholePages(long offset, Span<byte> to)
    {
        var endsContent = offset + to.Length == Record.ReplicaLength;
        var whole = to[..(endsContent ? to.Length : to.Length / Pages.Size * Pages.Size)];
        if (!whole.IsEmpty)
        {
            Verify(offset, whole, ReadDisk(offset, whole));
        }
        return whole.Length;
    }

    private int ReadPartOfPage(long offset, Span<byte> to)
    {
        var start = offset / Pages.Size * Pages.Size;
        var length = (int)Math.Min(Pages.Size, Record.ReplicaLength - start);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var page = rented.AsSpan(0, length);
            Verify(start, page, ReadDisk(start, page));
            var wanted = page[(int)(offset - start)..];
            var count = Math.Min(wanted.Length, to.Length);
            wanted[..count].CopyTo(to);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private int ReadDisk(long offset, Span<byte> to)
    {
        try
        {
            return file.Read(offset, to);
        }
        catch (StorageException cause) when (cause.Failure == StorageFailure.Failing)
        {
            // A sector that cannot be read is lost like one that reads wrong: marked, it is replaced from another machine.
            MarkDamaged(offset, cause.Message);
            throw new ReplicaDamagedException(
                id, offset, $"What lies at {offset} of '{path}' cannot be read. Read it from another machine; this copy is replaced by reconciling. Check the disk if this repeats. {cause.Message}");
        }
    }

    private void Verify(long offset, ReadOnlySpan<byte> pages, int read)
    {
        for (var at = 0; at < pages.Length; at += Pages.Size)
        {
            var page = pages[at..Math.Min(at + Pages.Size, pages.Length)];
            var number = (int)((offset + at) / Pages.Size);
            if (read < at + page.Length || XxHash3.HashToUInt64(page) != trailer.PageChecksums[number])
            {
                MarkDamaged(offset + at, "Its checksum differs.");
                throw new ReplicaDamagedException(
                    id,
                    offset + at,
                    $"The page at {offset + at} of '{path}' fails verification. Read it from another machine; this copy is replaced by reconciling. Check the disk if this repeats.");
            }
        }
    }

    private void MarkDamaged(long offset, string why)
    {
        if (files.Index.MarkDamaged(id, generation))
        {
            Log.PageDamaged(logger, id, offset, path, why);
        }
    }
}
