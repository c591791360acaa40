namespace LightDfs;

internal enum MembershipChangeKind
{
    Drain,
    CancelDrain,
    Remove,
    Replace,
    Restore,
    Away,
    Back,
    MergeInto,
}
