using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>The content of a large file: pages of its segments, one segment open at a time.</summary>
/// <param name="segments">The segments.</param>
/// <param name="open">Opens a segment by its number; the flag is true when the reading goes on from the segment before.</param>
internal sealed class SegmentedPages(SegmentList segments, Func<int, bool, IContentPages> open) : IContentPages
{
    private readonly int _pagesEach = segments.SegmentLength / Pages.Size;
    private int _number = -1;
    private IContentPages? _segment;

    public async ValueTask<int> ReadAsync(int page, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var (number, within) = Math.DivRem(page, _pagesEach);
        if (number != _number || _segment is null)
        {
            var isReadOn = number == _number + 1 && number > 0 && within == 0;
            await DisposeAsync().ConfigureAwait(false);
            (_number, _segment) = (number, open(number, isReadOn));
        }
        var left = (_pagesEach - within) * Pages.Size;
        return await _segment.ReadAsync(within, buffer[..Math.Min(buffer.Length, left)], cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_segment is { } segment)
        {
            _segment = null;
            await segment.DisposeAsync().ConfigureAwait(false);
        }
    }
}
