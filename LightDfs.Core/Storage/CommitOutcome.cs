namespace LightDfs.Storage;

/// <summary>How a commit ended, decided under the id's lock.</summary>
public enum CommitOutcome
{
    /// <summary>The replica is stored and durable.</summary>
    Stored = 1,

    /// <summary>The same version was stored, durably, before. As good as stored.</summary>
    AlreadyStored = 2,

    /// <summary>A tombstone is there. Nothing was stored.</summary>
    Deleted = 3,

    /// <summary>Another version is there. Nothing was stored.</summary>
    Conflict = 4,
}
