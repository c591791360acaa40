using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>
/// Machines that have no id at an address that the cluster remembers as another machine's: that one may have lost its disk, or it is not mounted. They get no id.
/// </summary>
internal sealed class BlankMachines(MembershipState membership, PeerDirectory directory, Problems problems)
{
    /// <summary>A machine that an address is remembered for, and that answers nowhere now; <see langword="null"/> for none.</summary>
    public MachineId? RememberedAt(string address)
    {
        foreach (var machine in membership.View.Map.At(address))
        {
            // One that was removed left its place: that is what replacing it is.
            if (membership.View.Asked.Contains(machine) && !directory.Of(machine).IsUp)
            {
                return machine;
            }
        }
        return null;
    }

    /// <summary>Reports it, and gives the sentence.</summary>
    public string Report(string address, MachineId remembered)
    {
        var sentence = $"The machine at '{address}' has an empty data directory, but the cluster remembers machine '{remembered}' there. "
            + "Mount that machine's data directory; or replace it by the empty one; or start the empty one at another listed address.";
        problems.Report($"blank {address}", sentence);
        return sentence;
    }

    public void Ended(string address) => problems.Set($"blank {address}", null);
}
