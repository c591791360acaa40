using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>Whether this machine takes a client's new replica now. Asked when a write begins, and again when it commits.</summary>
internal sealed class Admission(IReplicaStore store, Func<bool> mayHoldFiles, IdAge age)
{
    /// <summary>Why it takes nothing at all yet; <see langword="null"/> when it does.</summary>
    public string? Refusal => mayHoldFiles() ? null : "it has not yet seen more than half of the machines share its cluster";

    /// <summary>Why it does not take this replica; <see langword="null"/> when it does.</summary>
    public string? RefusalOf(FileId id, FileRecord record) =>
        Refusal
        ?? (age.IsTooOld(record.Parent ?? id) && store.Find(id)?.Version != record.Version
            ? $"by its clock, id '{record.Parent ?? id}' is older than {age.Limit}, and so too old for a new file"
            : null);
}
