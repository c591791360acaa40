namespace LightDfs.Cluster;

/// <summary>The operator's face of one machine.</summary>
internal sealed class OperatorCluster(StatusReport status, FileExplainer explainer) : ICluster
{
    public ClusterStatus Status => status.Now;

    public Task<FileExplanation> ExplainAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default) =>
        explainer.ExplainAsync(id, options?.PlacementSalt, cancellationToken);
}
