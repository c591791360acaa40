namespace LightDfs.Peers;

/// <summary>What one machine asks of another. The numbers are part of the wire format.</summary>
internal enum Operation : byte
{
    /// <summary>Who answers at this address? Meant for nobody in particular; answered with the membership map.</summary>
    WhoAreYou = 1,

    /// <summary>Take this id, if you have none. Meant for a run of a machine, not for a machine.</summary>
    Propose = 2,

    /// <summary>I am here; this is how I am. Answered alike.</summary>
    Heartbeat = 3,

    /// <summary>This is my membership map. Answered with the merged one.</summary>
    Membership = 4,

    /// <summary>Keep this replica.</summary>
    Store = 5,

    /// <summary>Give me a range of this replica.</summary>
    Read = 6,

    /// <summary>What do you hold under this id?</summary>
    Find = 7,

    /// <summary>Keep a tombstone of this id.</summary>
    Delete = 8,

    /// <summary>What do you hold after this id?</summary>
    List = 9,

    /// <summary>In what state is what you hold under this id?</summary>
    Explain = 10,

    /// <summary>Which ids of these partitions do you know to be deleted, after this one?</summary>
    Tombstones = 11,

    /// <summary>These are the addresses at which I am reached. Hints, until I am asked there.</summary>
    Introduce = 12,

    /// <summary>Do we hold alike what we both own? Asked of an owner, as a short tree of digests.</summary>
    Compare = 13,

    /// <summary>Do you hold these, verified? Asked of an owner by a machine that is to let go of them.</summary>
    Confirm = 14,

    /// <summary>Keep this copy of what I hold, or this tombstone.</summary>
    Mend = 15,

    /// <summary>What do you hold, by partition?</summary>
    Holdings = 16,

    /// <summary>You are away on purpose for so long; for no time: you are back.</summary>
    Away = 17,

    /// <summary>Let my cluster become yours, by this membership map. Asked by an operator's command; answered with the map of both.</summary>
    Merge = 18,
}
