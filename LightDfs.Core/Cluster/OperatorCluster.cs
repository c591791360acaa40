namespace LightDfs.Cluster;

/// <summary>The operator's face of one machine.</summary>
internal sealed class OperatorCluster(StatusReport status, FileExplainer explainer, MembershipCommands commands) : ICluster
{
    public ClusterStatus Status => status.Now;

    public Task<FileExplanation> ExplainAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default) =>
        explainer.ExplainAsync(id, options?.PlacementSalt, cancellationToken);

    public Task<MembershipPlan> PlanAsync(MembershipChange change, CancellationToken cancellationToken = default) => commands.PlanAsync(change, cancellationToken);

    public Task<MembershipPlan> ApplyAsync(MembershipChange change, CancellationToken cancellationToken = default) => commands.ApplyAsync(change, cancellationToken);
}
