namespace LightDfs.Storage;

/// <summary>What a machine holds under an id.</summary>
public enum ReplicaState
{
    /// <summary>A replica that passed every check made so far.</summary>
    Present = 1,

    /// <summary>A tombstone.</summary>
    Deleted = 2,

    /// <summary>Something that failed verification. Neither a copy nor a "no"; whole pages of it may still be good.</summary>
    Damaged = 3,
}
