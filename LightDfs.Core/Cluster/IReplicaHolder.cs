using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>
/// One machine as a place for replicas, this one or a peer. What it cannot do is thrown as <see cref="LightDfsException"/> or <see cref="IOException"/>; answers are proven.
/// </summary>
internal interface IReplicaHolder
{
    MachineId Machine { get; }

    /// <summary>Where it is; empty for this machine.</summary>
    string Address { get; }

    /// <summary>True when new files may go there: it answers, serves, and has room.</summary>
    bool TakesFiles { get; }

    /// <summary>True when it answered the last time.</summary>
    bool IsUp { get; }

    /// <summary>Why it is not up, or takes no files.</summary>
    string Why { get; }

    /// <summary>How long a read may take before it is slow; <see langword="null"/> where that is not known, or asking another one would be no use.</summary>
    TimeSpan? SlowAfter { get; }

    Task<CommitOutcome> StoreAsync(FileId id, FileRecord record, UploadBuffer content, CancellationToken cancellationToken);

    /// <summary>Writes a tombstone. Says what was held before; <see langword="null"/> for nothing.</summary>
    Task<ReplicaState?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken);

    Task<Probe<FileRecord>> FindAsync(FileId id, CancellationToken cancellationToken);

    /// <summary>Opens a replica of one version, or of any where <paramref name="version"/> is <see langword="null"/>. The caller disposes what it finds.</summary>
    Task<Probe<IReplicaContent>> OpenAsync(FileId id, UInt128? version, PageWindow first, CancellationToken cancellationToken);

    /// <summary>A part of what it holds after an id.</summary>
    Task<ListPage> ListAsync(FileId? after, CancellationToken cancellationToken);

    /// <summary>What it holds under an id, in what state; <see langword="null"/> for nothing. It reads the record for that, and not the content.</summary>
    Task<ReplicaStamp?> HeldAsync(FileId id, CancellationToken cancellationToken);
}

/// <summary>What a machine answers when asked for a replica.</summary>
/// <param name="Result">What it holds.</param>
/// <param name="Value">What was asked for, when it has it.</param>
/// <param name="Membership">Digest of the membership map that it had: a "no" counts only under one's own.</param>
internal readonly record struct Probe<T>(ProbeResult Result, T? Value, UInt128 Membership)
    where T : class;

internal enum ProbeResult
{
    Yes,
    No,
    Deleted,

    /// <summary>Something that is no copy, and no "no" either: damaged, or of another version than the one asked for.</summary>
    Unusable,
}

/// <summary>A part of a machine's listing. Segments are left out, so it may be empty though more follows.</summary>
/// <param name="Lines">What it holds, in id order.</param>
/// <param name="Next">Ask on after this id; <see langword="null"/> at the end.</param>
internal sealed record ListPage(IReadOnlyList<ListedReplica> Lines, FileId? Next);

/// <summary>One line of a machine's listing.</summary>
/// <param name="Id">The file.</param>
/// <param name="State">What is held.</param>
/// <param name="Record">Its record; <see langword="null"/> for a tombstone, and for a damaged replica.</param>
internal readonly record struct ListedReplica(FileId Id, ReplicaState State, FileRecord? Record);

/// <summary>The content of one replica, on one machine.</summary>
internal interface IReplicaContent : IContentPages
{
    FileRecord Record { get; }

    UInt128 Version { get; }
}
