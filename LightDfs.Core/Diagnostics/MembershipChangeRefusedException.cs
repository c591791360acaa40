namespace LightDfs;

/// <summary>A change of the membership was not made, because it could cost files or cannot be done. Nothing was changed.</summary>
public sealed class MembershipChangeRefusedException(MembershipPlan plan)
    : LightDfsException($"It was refused to {plan.Change}: {string.Join(" ", plan.Refusals)}")
{
    /// <summary>The plan, with its refusals.</summary>
    public MembershipPlan Plan { get; } = plan;
}
