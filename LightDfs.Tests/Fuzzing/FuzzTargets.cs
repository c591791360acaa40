using LightDfs.Tests.Fuzzing.Targets;

namespace LightDfs.Tests.Fuzzing;

/// <summary>The one table of all that meets bytes from outside. A parser that is added is added here too.</summary>
internal static class FuzzTargets
{
    public static IEnumerable<FuzzTarget> All => [.. PeerTargets.All, .. ReplicaTargets.All, .. RepairTargets.All, .. DiskTargets.All, .. VolumeTargets.All, .. ProofTargets.All, .. FrameTargets.All, PeerHandler.Target, .. TextTargets.All, .. HttpTargets.All];
}
