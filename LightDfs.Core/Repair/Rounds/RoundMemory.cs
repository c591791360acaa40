using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Repair.Rounds;

/// <summary>
/// When machines last compared all that they hold with its owners, their rounds. Tombstones are forgotten by it; and a machine whose own disk knows an older round than its peers
/// remember has an old copy of its disk, and is no source. Thread-safe.
/// </summary>
internal sealed class RoundMemory(IReplicaStore store, TimeProvider time)
{
    /// <summary>A round is kept on disk when it is so much newer than what is kept: a cluster at rest is not to flush something with every look.</summary>
    private static readonly TimeSpan KeepEvery = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, DateTimeOffset> _others = [];
    private readonly HashSet<MachineId> _told = [];
    private RoundsDocument _kept = RoundsDocument.Empty;
    private DateTimeOffset _remembered;

    /// <summary>When this machine's last finished round began, by its own clock, as kept on its disk; the default for none.</summary>
    public DateTimeOffset Own
    {
        get
        {
            lock (_lock)
            {
                return _kept.Own;
            }
        }
    }

    /// <summary>True when a peer remembers a later round of this machine than its own disk: that is an old copy then, and may hold what was deleted and forgotten meanwhile.</summary>
    public bool IsOld
    {
        get
        {
            lock (_lock)
            {
                return _remembered > _kept.Own;
            }
        }
    }

    /// <summary>
    /// True when what is held under this id cannot have been deleted and forgotten without this machine, as an old copy of its disk makes possible: only deletes from long before the round that
    /// its peers remember are forgotten, so an id from after that round, by whatever clock that is right enough, is beyond doubt.
    /// </summary>
    public bool IsSourceOf(FileId id)
    {
        lock (_lock)
        {
            return _remembered <= _kept.Own || id.Created > _remembered - ControlTimeouts.ClockTolerance;
        }
    }

    /// <exception cref="InvalidDataException">The document is damaged.</exception>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (await store.LoadDocumentAsync(RoundsDocument.Name, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return;
        }
        var kept = RoundsDocument.Decode(bytes.Span) ?? throw new InvalidDataException(
            $"The document '{RoundsDocument.Name}' of the data directory cannot be read: it was written by a newer version, or is damaged. Update this machine; or remove the document: its peers remember its rounds, and it is then taken for an old copy of itself, until it has compared all that it holds.");
        lock (_lock)
        {
            _kept = kept;
            foreach (var (machine, begun) in kept.Others)
            {
                _others[machine] = begun;
            }
        }
    }

    /// <summary>When a machine's last finished round began, by its own clock; the default for none that is known.</summary>
    public DateTimeOffset Of(MachineId machine)
    {
        lock (_lock)
        {
            return _others.GetValueOrDefault(machine);
        }
    }

    /// <summary>A machine told of its last round. What lies in the future is a clock that is wrong, and not remembered.</summary>
    public void Heard(MachineId machine, DateTimeOffset begun)
    {
        if (begun == default || begun > time.GetUtcNow() + ControlTimeouts.ClockTolerance)
        {
            return;
        }
        lock (_lock)
        {
            if (begun > _others.GetValueOrDefault(machine))
            {
                _others[machine] = begun;
            }
        }
    }

    /// <summary>How many of these have said in this run what they remember of this machine.</summary>
    public int ToldBy(IEnumerable<MachineId> machines)
    {
        lock (_lock)
        {
            return machines.Count(_told.Contains);
        }
    }

    /// <summary>A peer remembers this of this machine.</summary>
    public void Reminded(MachineId peer, DateTimeOffset begun)
    {
        lock (_lock)
        {
            _told.Add(peer);
            _remembered = begun > _remembered ? begun : _remembered;
        }
    }

    /// <summary>
    /// This machine finished a round, which began then. Kept when this returns, unless the last one that is kept is a few minutes old only; nothing happens either when the clock has gone back
    /// since that one.
    /// </summary>
    /// <exception cref="StorageException">The disk does not take it.</exception>
    public async ValueTask FinishedAsync(DateTimeOffset begun, CancellationToken cancellationToken)
    {
        begun = DateTimeOffset.FromUnixTimeMilliseconds(begun.ToUnixTimeMilliseconds());
        if (IsOld ? begun > Own : begun - Own >= KeepEvery)
        {
            await SaveAsync(begun, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps what was heard of others: all of it, or what is worth a write.</summary>
    /// <exception cref="StorageException">The disk does not take it.</exception>
    public async ValueTask KeepAsync(bool all, CancellationToken cancellationToken)
    {
        bool isWorth;
        lock (_lock)
        {
            isWorth = _others.Any(other => _kept.Others.TryGetValue(other.Key, out var kept) ? other.Value - kept >= (all ? TimeSpan.FromTicks(1) : KeepEvery) : true);
        }
        if (isWorth)
        {
            await SaveAsync(Own, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SaveAsync(DateTimeOffset own, CancellationToken cancellationToken)
    {
        RoundsDocument document;
        lock (_lock)
        {
            document = new RoundsDocument(own, new Dictionary<MachineId, DateTimeOffset>(_others));
        }
        await store.SaveDocumentAsync(RoundsDocument.Name, document.Encode(), cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _kept = document;
        }
    }
}
