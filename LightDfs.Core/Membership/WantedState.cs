namespace LightDfs.Membership;

/// <summary>What the operator wants of a machine. Of equal versions the later state wins.</summary>
internal enum WantedState : byte
{
    /// <summary>It belongs, and owns partitions.</summary>
    Active = 0,

    /// <summary>It hands over what it holds.</summary>
    Draining = 1,

    /// <summary>It does not belong any more.</summary>
    Removed = 2,
}
