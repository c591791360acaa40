using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>
/// One replica in one version, from whichever machine gives a page that verifies. When a machine fails, the same page comes from the next one. For each page every machine gets
/// one chance, on a connection opened for it, so a content can be read whole as long as no page is lost on all of them.
/// </summary>
internal sealed partial class ReplicaPages : IContentPages
{
    private readonly FileId _file;
    private readonly FileId _replica;
    private readonly UInt128 _version;
    private readonly long _length;
    private readonly Func<FileId, IReadOnlyList<IReplicaHolder>> _machines;
    private readonly ILogger _logger;
    private HashSet<MachineId>? _failedBefore;
    private IReplicaHolder? _holder;
    private IReplicaContent? _source;

    /// <param name="file">The file that is read, for messages.</param>
    /// <param name="replica">The file's own replica, or one of its segments.</param>
    /// <param name="version">The version to read.</param>
    /// <param name="length">Bytes of that version's replica.</param>
    /// <param name="machines">All machines that may hold that replica, the best first; asked for when a source is needed.</param>
    /// <param name="logger">Where a change of source is told.</param>
    public ReplicaPages(FileId file, FileId replica, UInt128 version, long length, Func<FileId, IReadOnlyList<IReplicaHolder>> machines, ILogger logger)
    {
        (_file, _replica, _version, _length, _machines, _logger) = (file, replica, version, length, machines, logger);
    }

    /// <summary>Begins with a replica that is open already, and owned from here on.</summary>
    public ReplicaPages From(IReplicaHolder holder, IReplicaContent source)
    {
        (_holder, _source) = (holder, source);
        return this;
    }

    /// <summary>True when what follows will probably be read too: then the first window is all of it.</summary>
    public bool IsReadOn { get; init; }

    public async ValueTask<int> ReadAsync(int page, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        List<MachineFailure>? failures = null;
        HashSet<MachineId>? tried = null;
        var wasOpen = _source is not null;
        while (true)
        {
            if (_source is null)
            {
                wasOpen = false;
                await OpenAsync(page, tried ??= [], failures ??= [], cancellationToken).ConfigureAwait(false);
            }
            try
            {
                return await _source!.ReadAsync(page, buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception cause) when (HolderFailure.Of(_holder!, cause) is { } failure)
            {
                (failures ??= []).Add(failure);
                // A connection that was open before this page may have broken since, and says nothing of what its machine holds.
                if (!wasOpen || cause is not (PeerUnreachableException or IOException))
                {
                    (tried ??= []).Add(_holder!.Machine);
                }
                (_failedBefore ??= []).Add(_holder!.Machine);
                await DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is { } source)
        {
            _source = null;
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask OpenAsync(int page, HashSet<MachineId> tried, List<MachineFailure> failures, CancellationToken cancellationToken)
    {
        // Those that failed at another page may have this one; they come last.
        foreach (var holder in _machines(_replica).Where(holder => !tried.Contains(holder.Machine)).OrderBy(holder => _failedBefore?.Contains(holder.Machine) == true))
        {
            tried.Add(holder.Machine);
            try
            {
                var probe = await holder.OpenAsync(_replica, _version, new PageWindow(page, IsReadOn ? Pages.CountOf(_length) : PageWindow.FirstCount), cancellationToken).ConfigureAwait(false);
                if (probe.Value is { } next)
                {
                    (_holder, _source) = (holder, next);
                    if (failures.Count > 0)
                    {
                        SourceChanged(_logger, _file, failures[^1].ToString(), holder.Machine);
                    }
                    return;
                }
                failures.Add(new MachineFailure(holder.Machine, holder.Address, $"it holds no usable copy ({probe.Result})"));
            }
            catch (Exception cause) when (HolderFailure.Of(holder, cause) is { } failure)
            {
                failures.Add(failure);
            }
        }
        throw new FileUnavailableException(_file, failures, $"every source failed at byte {(long)page * Pages.Size} of {_length}{(_replica.Kind == FileKind.File ? "" : $" of its segment '{_replica}'")}.");
    }
}

/// <summary>Whole pages to begin a reading with.</summary>
/// <param name="Page">The first page.</param>
/// <param name="Count">How many.</param>
internal readonly record struct PageWindow(int Page, int Count)
{
    /// <summary>256 KiB, while nobody knows how far the reading goes.</summary>
    public const int FirstCount = 4;

    public static PageWindow First { get; } = new(0, FirstCount);
}
