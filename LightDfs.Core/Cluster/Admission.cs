using LightDfs.Files;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>Whether this machine takes a client's new replica now. Asked when a write begins, and again when it commits.</summary>
internal sealed class Admission(IReplicaStore store, Func<string?> storesNothingBecause, IdAge age)
{
    /// <summary>Why it takes nothing at all yet; <see langword="null"/> when it does.</summary>
    public string? Refusal => storesNothingBecause();

    /// <summary>Why it does not take this replica; <see langword="null"/> when it does.</summary>
    public string? RefusalOf(FileId id, FileRecord record) =>
        Refusal
        ?? (age.IsAhead(record.Parent ?? id) ? $"by its clock, id '{record.Parent ?? id}' lies more than a day in the future" : null)
        ?? (age.IsTooOld(record.Parent ?? id) && store.Find(id)?.Version != record.Version
            ? $"by its clock, id '{record.Parent ?? id}' is older than {age.Limit}, and so too old for a new file"
            : null);
}
