using System.Buffers;
using LightDfs.Files;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>
/// A file's content: seekable, verified page by page. When its source fails it goes on at the same offset from another machine, in the same version; with none left it throws.
/// </summary>
internal sealed partial class FileContentStream : Stream
{
    private readonly FileId _id;
    private readonly FileRecord _record;
    private readonly UInt128 _version;
    private readonly Func<IReadOnlyList<IReplicaHolder>> _others;
    private readonly ILogger _logger;
    private readonly List<MachineFailure> _failures = [];
    private readonly HashSet<MachineId> _given = [];
    private IReplicaHolder _holder;
    private IReplicaContent? _source;
    private byte[]? _page;
    private int _pageNumber = -1;
    private long _position;

    /// <param name="id">The file.</param>
    /// <param name="holder">The machine it is read from first.</param>
    /// <param name="source">Its replica, owned from here on.</param>
    /// <param name="others">All machines that may hold it, the best first, asked for when the source fails.</param>
    /// <param name="logger">Where a change of source is told.</param>
    public FileContentStream(FileId id, IReplicaHolder holder, IReplicaContent source, Func<IReadOnlyList<IReplicaHolder>> others, ILogger logger)
    {
        (_id, _holder, _source, _others, _logger) = (id, holder, source, others, logger);
        (_record, _version) = (source.Record, source.Version);
    }

    public override bool CanRead => _source is not null;

    public override bool CanSeek => _source is not null;

    public override bool CanWrite => false;

    public override long Length => _record.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Reads the first page, so that a file is opened only with a source that gives it.</summary>
    public ValueTask PrimeAsync(CancellationToken cancellationToken) => Length == 0 ? ValueTask.CompletedTask : LoadPageAsync(0, cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_source is null, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_position >= Length || buffer.IsEmpty)
        {
            return 0;
        }
        var number = (int)(_position / Pages.Size);
        if (number != _pageNumber)
        {
            await LoadPageAsync(number, cancellationToken).ConfigureAwait(false);
        }
        var within = (int)(_position % Pages.Size);
        var count = Math.Min(buffer.Length, LengthOf(number) - within);
        _page.AsMemory(within, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        SeekOrigin.End => Length + offset,
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("Files are immutable.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Files are immutable.");

    public override async ValueTask DisposeAsync()
    {
        if (_source is { } source)
        {
            _source = null;
            ReturnPage();
            await source.DisposeAsync().ConfigureAwait(false);
        }
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _source is { } source)
        {
            _source = null;
            ReturnPage();
            source.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        base.Dispose(disposing);
    }

    private int LengthOf(int page) => (int)Math.Min(Pages.Size, Length - ((long)page * Pages.Size));

    private void ReturnPage()
    {
        if (_page is { } page)
        {
            _page = null;
            _pageNumber = -1;
            ArrayPool<byte>.Shared.Return(page);
        }
    }

    private async ValueTask LoadPageAsync(int number, CancellationToken cancellationToken)
    {
        _page ??= ArrayPool<byte>.Shared.Rent((int)Math.Min(Pages.Size, Length));
        _pageNumber = -1;
        while (true)
        {
            try
            {
                await _source!.ReadPageAsync(number, _page.AsMemory(0, LengthOf(number)), cancellationToken).ConfigureAwait(false);
                _pageNumber = number;
                return;
            }
            catch (Exception cause) when (HolderFailure.Of(_holder, cause) is { } failure)
            {
                _failures.Add(failure);
                await ChangeSourceAsync(number, failure, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes the next machine that has this version. Each is given one chance for as long as there are others.</summary>
    private async ValueTask ChangeSourceAsync(int page, MachineFailure failure, CancellationToken cancellationToken)
    {
        _given.Add(_holder.Machine);
        foreach (var holder in _others())
        {
            if (_given.Contains(holder.Machine))
            {
                continue;
            }
            try
            {
                var probe = await holder.OpenAsync(_id, _version, page, cancellationToken).ConfigureAwait(false);
                if (probe.Value is { } next)
                {
                    await _source!.DisposeAsync().ConfigureAwait(false);
                    (_source, _holder) = (next, holder);
                    SourceChanged(_logger, _id, failure.ToString(), holder.Machine);
                    return;
                }
                _failures.Add(new MachineFailure(holder.Machine, holder.Address, $"it holds no usable copy ({probe.Result})"));
            }
            catch (Exception cause) when (HolderFailure.Of(holder, cause) is { } other)
            {
                _failures.Add(other);
            }
            _given.Add(holder.Machine);
        }
        throw new FileUnavailableException(_id, _failures, $"every source failed at byte {(long)page * Pages.Size} of {Length}.");
    }
}
