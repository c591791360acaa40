using LightDfs.Cluster;
using LightDfs.Repair;
using LightDfs.Repair.Mending;
using LightDfs.Storage;

namespace LightDfs;

internal sealed partial class LightDfsMachine
{
    /// <summary>The operator's face of one machine.</summary>
    private sealed class Operator(StatusReport status, FileExplainer explainer, MembershipCommands commands, IReplicaStore store, SetAsideCommands setAside, RepairPace pace) : ICluster
    {
        public ClusterStatus Status => status.Now;

        public Task<FileExplanation> ExplainAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default) =>
            explainer.ExplainAsync(id, options?.PlacementSalt, cancellationToken);

        public Task<MembershipPlan> PlanAsync(MembershipChange change, CancellationToken cancellationToken = default) => commands.PlanAsync(change, cancellationToken);

        public Task<MembershipPlan> ApplyAsync(MembershipChange change, CancellationToken cancellationToken = default) => commands.ApplyAsync(change, cancellationToken);

        public RepairSpeed RepairSpeed
        {
            get => pace.Speed;
            set => pace.Speed = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It is none of the speeds.");
        }

        public IReadOnlyList<SetAsideReplica> SetAside => store.ListSetAside();

        public Task<bool> RestoreAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default) => setAside.RestoreAsync(id, version, cancellationToken);

        public Task<bool> DiscardAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default) => setAside.DiscardAsync(id, version, cancellationToken);
    }
}
