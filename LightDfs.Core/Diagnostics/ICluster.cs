namespace LightDfs;

/// <summary>The cluster as an operator sees it, from this machine. Thread-safe; one per host app.</summary>
public interface ICluster
{
    /// <summary>The cluster as this machine sees it now. Never waits.</summary>
    ClusterStatus Status { get; }
}
