using System.Buffers;
using System.IO.Hashing;
using System.Runtime.ExceptionServices;
using LightDfs.Files;

namespace LightDfs.Cluster;

/// <summary>
/// Takes in an upload that is longer than one segment: its segments are stored on the way, several in flight, and their list is what stays.
/// </summary>
/// <param name="file">The file's id.</param>
/// <param name="reader">Gives the content; stays the caller's.</param>
/// <param name="nameSegment">Names a segment by its number and checksum.</param>
/// <param name="storeSegment">Stores a segment, or throws; <see langword="null"/> when only the record is wanted.</param>
/// <param name="progress">Told the bytes of the file that are stored so far; <see langword="null"/> for nobody.</param>
internal sealed class Upload(
    FileId file, UploadReader reader, Func<int, UInt128, FileId> nameSegment, Func<FileId, FileRecord, UploadBuffer, CancellationToken, Task>? storeSegment, IProgress<long>? progress)
{
    private const int MostInFlight = 4;
    private readonly Lock _lock = new();
    private readonly List<Task> _inFlight = [];
    private ExceptionDispatchInfo? _failure;
    private long _stored;

    /// <summary>Reads the rest. How the file is cut, and what its replica is to hold, which the caller disposes.</summary>
    /// <param name="first">The first segment, which was read already; disposed here.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(SegmentLayout Segments, UploadBuffer Content)> RunAsync(UploadBuffer first, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var list = await SegmentsAsync(first, stop).ConfigureAwait(false);
            return (new SegmentLayout(reader.SegmentSize, XxHash128.HashToUInt128(list)), UploadBuffer.CopyOf(list));
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_inFlight).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // A segment that failed stopped the rest, and is why.
            _failure?.Throw();
            throw;
        }
    }

    private async Task<byte[]> SegmentsAsync(UploadBuffer first, CancellationTokenSource stop)
    {
        var list = new ArrayBufferWriter<byte>();
        var next = first;
        for (var number = 0; ; number++)
        {
            var checksum = next.Checksum;
            var id = NameOf(number, checksum, next);
            SegmentList.Write(list.GetSpan(SegmentLayout.EntryLength), id, checksum);
            list.Advance(SegmentLayout.EntryLength);
            var (segment, record) = (next, SegmentList.RecordOf(file, next.Content.Length, checksum));
            // On another thread: hashing and sending one segment goes on while the next is read.
            _inFlight.Add(Task.Run(() => StoreAsync(id, record, segment, stop), CancellationToken.None));
            if (reader.IsAtEnd)
            {
                break;
            }
            while (_inFlight.Count >= MostInFlight)
            {
                var ended = await Task.WhenAny(_inFlight).ConfigureAwait(false);
                await ended.ConfigureAwait(false);
                _inFlight.Remove(ended);
            }
            next = await reader.ReadAsync(stop.Token).ConfigureAwait(false);
        }
        await Task.WhenAll(_inFlight).ConfigureAwait(false);
        return list.WrittenSpan.ToArray();
    }

    private FileId NameOf(int number, UInt128 checksum, UploadBuffer segment)
    {
        try
        {
            return nameSegment(number, checksum);
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    private async Task StoreAsync(FileId id, FileRecord record, UploadBuffer content, CancellationTokenSource stop)
    {
        using (content)
        {
            if (storeSegment is null)
            {
                return;
            }
            try
            {
                await storeSegment(id, record, content, stop.Token).ConfigureAwait(false);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                // So that the reading of a slow client does not go on for nothing.
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(cause), null);
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
        Report(record.Length);
    }

    private void Report(long more)
    {
        lock (_lock)
        {
            _stored += more;
            progress?.Report(_stored);
        }
    }
}
