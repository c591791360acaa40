using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>This machine's own replica store, as one of the places for replicas.</summary>
internal sealed class LocalHolder(Func<MachineId> machine, IReplicaStore store, Func<UInt128> membership, Admission admission, Func<FileId, string?> notServing, DamageReport damage, RecentWrites recent) : IReplicaHolder
{
    private const int ListLimit = 256;

    /// <summary>So many stamps without enough lines among them end a page too, lest the asker believe that nobody answers.</summary>
    private const int MostSeen = 16 * ListLimit;

    public MachineId Machine => machine();

    public string Address => "";

    public bool TakesFiles => store.Usage is { IsFull: false, Failure: null };

    public bool IsUp => true;

    public TimeSpan? SlowAfter => null;

    public string Why => store.Usage switch
    {
        { Failure: { } failure } => failure,
        { IsFull: true } => "its disk is full",
        _ => "it works",
    };

    public async Task<CommitOutcome> StoreAsync(FileId id, FileRecord record, UploadBuffer content, CancellationToken cancellationToken)
    {
        // Taken now: who gives up waiting for this disk disposes the buffer.
        var bytes = content.Content;
        ThrowIfRefused(id, record);
        var writer = await store.BeginAsync(id, record, cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await writer.AppendAsync(bytes, cancellationToken).ConfigureAwait(false);
            ThrowIfRefused(id, record);
            var outcome = await writer.CommitAsync(CommitMode.New, cancellationToken).ConfigureAwait(false);
            if (outcome is CommitOutcome.Stored or CommitOutcome.AlreadyStored)
            {
                recent.Note(id);
            }
            return outcome;
        }
    }

    public Task<ReplicaState?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken) =>
        Task.Run(() => WriteTombstoneAsync(id, deletedAt, cancellationToken), CancellationToken.None);

    private async Task<ReplicaState?> WriteTombstoneAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken)
    {
        // A tombstone is data too: with it, this machine would keep to its cluster for ever.
        if (admission.Refusal is { } refusal)
        {
            throw new PeerRefusedException(refusal);
        }
        var before = await store.DeleteAsync(id, deletedAt, cancellationToken).ConfigureAwait(false);
        recent.Note(id);
        return before?.State;
    }

    public async Task<Probe<FileRecord>> FindAsync(FileId id, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(id, null, PageWindow.First, cancellationToken).ConfigureAwait(false);
        if (opened.Value is not { } content)
        {
            return new(opened.Result, null, opened.Membership);
        }
        await using (content.ConfigureAwait(false))
        {
            return new(ProbeResult.Yes, content.Record, opened.Membership);
        }
    }

    public async Task<Probe<IReplicaContent>> OpenAsync(FileId id, UInt128? version, PageWindow first, CancellationToken cancellationToken)
    {
        // Read before the index: a "no" must not be older than the membership it is said under.
        var under = membership();
        switch (store.Find(id)?.State)
        {
            case null when store.HasSetAside(id):
                return new(ProbeResult.Unusable, null, under);
            case null:
                return new(ProbeResult.No, null, under);
            case ReplicaState.Deleted:
                return new(ProbeResult.Deleted, null, under);
        }
        ThrowIfNotServing(id);
        IReplicaReader? reader;
        try
        {
            reader = await store.OpenReplicaAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (ReplicaDamagedException cause)
        {
            damage.Found(cause);
            return new(ProbeResult.Unusable, null, under);
        }
        if (reader is null)
        {
            return new(store.Find(id)?.State == ReplicaState.Deleted ? ProbeResult.Deleted : ProbeResult.Unusable, null, under);
        }
        if (version is { } wanted && reader.Version != wanted)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            return new(ProbeResult.Unusable, null, under);
        }
        return new(ProbeResult.Yes, new LocalContent(reader, damage), under);
    }

    public async Task<ListPage> ListAsync(FileId? after, CancellationToken cancellationToken)
    {
        var lines = new List<ListedReplica>(ListLimit);
        for (var seen = 0; seen < MostSeen && lines.Count < ListLimit;)
        {
            var stamps = store.List(after, ListLimit - lines.Count);
            if (stamps.Count == 0)
            {
                return new(lines, null);
            }
            foreach (var stamp in stamps.Where(stamp => stamp.Id.Kind != FileKind.Segment))
            {
                var record = stamp.State == ReplicaState.Deleted ? null : (await FindAsync(stamp.Id, cancellationToken).ConfigureAwait(false)).Value;
                lines.Add(new(stamp.Id, record is null && stamp.State == ReplicaState.Present ? StateOf(stamp.Id) : stamp.State, record));
            }
            seen += stamps.Count;
            after = stamps[^1].Id;
        }
        return new(lines, after);
    }

    public async Task<ReplicaStamp?> HeldAsync(FileId id, CancellationToken cancellationToken)
    {
        if (store.Find(id) is { State: ReplicaState.Present } && notServing(id) is null)
        {
            // A file that is gone or spoilt shows when it is opened, and is marked by that.
            await FindAsync(id, cancellationToken).ConfigureAwait(false);
        }
        return store.Find(id);
    }

    /// <summary>Why what is held of a file is not shown now; <see langword="null"/> when it is.</summary>
    public string? NotServing(FileId id) => notServing(id);

    private void ThrowIfNotServing(FileId id)
    {
        if (notServing(id) is { } reason)
        {
            throw new PeerRefusedException(reason);
        }
    }

    private void ThrowIfRefused(FileId id, FileRecord record)
    {
        if (admission.RefusalOf(id, record) is { } refusal)
        {
            throw new PeerRefusedException(refusal);
        }
    }

    private ReplicaState StateOf(FileId id) => store.Find(id)?.State ?? ReplicaState.Deleted;

    private sealed class LocalContent(IReplicaReader reader, DamageReport damage) : IReplicaContent
    {
        /// <summary>Bytes that are read in one go, in which the thread waits for the disk.</summary>
        private const int MostTogether = 16 * Pages.Size;

        public FileRecord Record => reader.Record;

        public UInt128 Version => reader.Version;

        public async ValueTask<int> ReadAsync(int page, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            buffer = buffer[..Math.Min(buffer.Length, MostTogether)];
            var offset = (long)page * Pages.Size;
            try
            {
                var read = await reader.ReadAsync(offset, buffer, cancellationToken).ConfigureAwait(false);
                return read == buffer.Length
                    ? read
                    : throw new EndOfStreamException($"This machine's replica has {read} bytes from page {page} on, instead of {buffer.Length}.");
            }
            catch (ReplicaDamagedException cause) when (buffer.Length <= Pages.Size)
            {
                damage.Found(cause);
                throw;
            }
            catch (ReplicaDamagedException cause)
            {
                // What comes before the bad page is whole. Where a disk cannot read, it does not say which page it is.
                return await ReadAsync(page, buffer[..(int)Math.Max(Pages.Size, cause.Offset - offset)], cancellationToken).ConfigureAwait(false);
            }
        }

        public ValueTask DisposeAsync() => reader.DisposeAsync();
    }
}
