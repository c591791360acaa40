namespace LightDfs.Tests.Promises.Crashes;

/// <summary>What a cluster does while the power of one of its machines fails, and what must be on the disks then.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Machines">How many.</param>
/// <param name="Prepare">What is done before. It also says who is the victim.</param>
/// <param name="Act">What is done then.</param>
/// <param name="AfterRestart">What is wrong on the disks when the victim has started again: every disk is looked at.</param>
/// <param name="AtEnd">What is wrong on the disks when all has been reconciled.</param>
internal sealed record ClusterCrash(
    string Name,
    int Machines,
    Func<CrashingCluster, Task> Prepare,
    Func<CrashingCluster, Task> Act,
    Func<CrashingCluster, IEnumerable<string>> AfterRestart,
    Func<CrashingCluster, IEnumerable<string>> AtEnd)
{
    /// <summary>True when time passes only as the scenario lets it.</summary>
    public bool IsTimed { get; init; }

    /// <summary>What happens before the end is looked at, besides reconciling.</summary>
    public Func<CrashingCluster, Task> Finish { get; init; } = _ => Task.CompletedTask;

    public override string ToString() => Name;
}
