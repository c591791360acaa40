namespace LightDfs.Cluster;

/// <summary>How long peers may take with files. A peer that goes down meanwhile ends the waiting sooner.</summary>
internal static class TransferTimeouts
{
    /// <summary>For questions and tombstones.</summary>
    public static readonly TimeSpan Question = TimeSpan.FromSeconds(5);

    /// <summary>For a machine that has not stored yet when the quorum has: after this it is left out.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    /// <summary>For storing a body: ten seconds, and one for each MiB.</summary>
    public static TimeSpan Store(long length) => TimeSpan.FromSeconds(10 + (length >> 20));
}
