using System.Runtime.CompilerServices;
using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Cluster;

internal sealed partial class ClusterFileStore
{
    public async IAsyncEnumerable<StoredFile> ListAsync(ListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await EnterAsync(null, cancellationToken).ConfigureAwait(false);
        var view = membership.View;
        var failures = holders.Silent(view).ToList();
        var cursors = holders.Everybody(view).Select(holder => new ListCursor(holder)).ToList();
        while (true)
        {
            await Task.WhenAll(cursors.Select(cursor => cursor.FillAsync(cancellationToken))).ConfigureAwait(false);
            failures.AddRange(cursors.Where(cursor => cursor.Failure is not null).Select(cursor => cursor.Failure!));
            cursors.RemoveAll(cursor => cursor.IsAtEnd);
            if (cursors.Count == 0)
            {
                break;
            }
            var next = cursors.Min(cursor => cursor.Current.Id);
            var lines = cursors.Where(cursor => cursor.Current.Id == next).Select(cursor => cursor.Take()).ToList();
            if (next.Kind != FileKind.File || lines.Exists(line => line.State == ReplicaState.Deleted))
            {
                continue;
            }
            // Of two versions the smaller wins everywhere.
            var versions = lines.Select(line => line.Record).OfType<FileRecord>().DistinctBy(record => record.Version).OrderBy(record => record.Version).ToList();
            if (versions.Count > 1)
            {
                clashes.Found(next);
            }
            if (versions.FirstOrDefault() is { } record)
            {
                yield return Describe(next, record, lines.Count(line => line.State == ReplicaState.Present && line.Record == record));
            }
            else
            {
                failures.Add(new MachineFailure(null, "", $"file '{next}' is there, but every copy that could be asked for is damaged"));
            }
        }
        if (failures.Count > 0 && options is not { AllowPartial: true })
        {
            throw new FileUnavailableException(null, failures, "what came is not all of it.");
        }
    }

    /// <summary>Walks through one machine's listing, a page at a time.</summary>
    private sealed class ListCursor(IReplicaHolder holder)
    {
        private IReadOnlyList<ListedReplica> _lines = [];
        private int _at;
        private FileId? _after;
        private bool _isLast;

        public ListedReplica Current => _lines[_at];

        public bool IsAtEnd => Failure is not null || (_isLast && _at == _lines.Count);

        public MachineFailure? Failure { get; private set; }

        public ListedReplica Take() => _lines[_at++];

        public async Task FillAsync(CancellationToken cancellationToken)
        {
            try
            {
                // A page may be empty and more follow.
                while (_at == _lines.Count && !IsAtEnd)
                {
                    var page = await holder.ListAsync(_after, cancellationToken).ConfigureAwait(false);
                    (_lines, _at, _after, _isLast) = (page.Lines, 0, page.Next, page.Next is null);
                }
            }
            catch (Exception cause) when (HolderFailure.Of(holder, cause) is { } failure)
            {
                Failure = failure;
            }
        }
    }
}
