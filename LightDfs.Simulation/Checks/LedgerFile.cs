namespace LightDfs.Simulation.Checks;

/// <summary>What the clients know of one file.</summary>
internal sealed class LedgerFile(string name, FileId? id, Func<DateTimeOffset, bool> isReached)
{
    public string Name { get; } = name;

    /// <summary>Its id; of a drawn one it is not known before it is acknowledged.</summary>
    public FileId? Id { get; set; } = id;

    public bool IsCallers { get; } = id is not null;

    /// <summary>Every content that was tried to be stored. More than one only under a caller's id, against the rule.</summary>
    public List<byte[]> Contents { get; } = [];

    public bool IsAcknowledged { get; set; }

    /// <summary>From then on it may be gone, whatever becomes of the delete; as when the time for which it was to be kept is over by any clock.</summary>
    public bool IsDeleteBegun
    {
        get => field || (Expires is { } at && isReached(at));
        set;
    }

    /// <summary>How long it is to be kept; <see langword="null"/> for ever.</summary>
    public TimeSpan? ExpiresAfter { get; init; }

    private DateTimeOffset? Expires => Id?.Created + ExpiresAfter;

    /// <summary>The delete was acknowledged.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>A store of it ended by an honest failure, and the machine that stored it lived on.</summary>
    public bool HasFailed { get; set; }

    /// <summary>What it is kept under: its own id, and those of its segments.</summary>
    public IReadOnlyList<FileId> Replicas { get; set; } = [];

    /// <summary>It must be there.</summary>
    public bool IsOwed => IsAcknowledged && !IsDeleteBegun;

    public override string ToString() => $"{Name} ({Id?.ToString() ?? "id unknown"})";
}
