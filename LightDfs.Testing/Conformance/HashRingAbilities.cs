namespace LightDfs.Testing.Conformance;

/// <summary>What a ring may do beyond the contract of <see cref="LightDfs.Ring.IHashRing"/>, and is then tested for.</summary>
[Flags]
public enum HashRingAbilities
{
    /// <summary>Only the contract.</summary>
    None = 0,

    /// <summary>Equal machines own about equally much: each within a fifth of the mean.</summary>
    Balanced = 1,

    /// <summary>A machine of twice the weight owns about twice as much, where no partition needs it twice.</summary>
    Weighted = 2,

    /// <summary>The owners of a partition lie in different zones whenever there are enough zones.</summary>
    Zoned = 4,

    /// <summary>A machine that comes or goes replaces at most one owner of any partition.</summary>
    Steady = 8,

    /// <summary>All of them.</summary>
    All = Balanced | Weighted | Zoned | Steady,
}
