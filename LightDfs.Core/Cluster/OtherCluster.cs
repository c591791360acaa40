using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Cluster;

/// <summary>The cluster that this one is to be merged into, as its machines tell.</summary>
/// <param name="Contact">The machine that was asked.</param>
/// <param name="Map">Its membership.</param>
internal sealed record OtherCluster(MachineCard Contact, MembershipMap Map);
