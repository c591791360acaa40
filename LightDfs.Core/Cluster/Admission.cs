using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>Whether this machine takes a client's new replica now. Asked when a write begins, and again when it commits.</summary>
internal sealed class Admission(IReplicaStore store, Func<Refusal?> storesNothingBecause, IdAge age)
{
    /// <summary>Why it takes nothing at all yet; <see langword="null"/> when it does.</summary>
    public Refusal? Refusal => storesNothingBecause();

    /// <summary>Why it does not take this replica; <see langword="null"/> when it does.</summary>
    public Refusal? RefusalOf(FileId id, FileRecord record)
    {
        var dated = record.Parent ?? id;
        return Refusal is { } refusal ? refusal
            : age.IsAhead(dated) ? new Refusal($"by its clock, id '{dated}' lies more than a day in the future")
            : age.IsTooOld(dated) && store.Find(id)?.Version != record.Version ? new Refusal($"by its clock, id '{dated}' is older than {age.Limit}, and so too old for a new file")
            : null;
    }
}
