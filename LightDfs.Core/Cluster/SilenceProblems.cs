using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Text;

namespace LightDfs.Cluster;

/// <summary>
/// What someone should do about machines that do not answer. One that said that it shuts down is given the time of a restart, and one that is away on purpose all of it.
/// </summary>
internal sealed class SilenceProblems(Self self, PeerClient client, TimeSpan? replaceAfter)
{
    /// <summary>How long a restart may take where nobody is ever replaced.</summary>
    private static readonly TimeSpan LongestRestart = TimeSpan.FromMinutes(15);

    /// <summary>A sentence for each machine that should answer, and does not.</summary>
    public IEnumerable<string> Of(IEnumerable<MachineStatus> machines) =>
        // Until then nobody was asked, so nobody is silent.
        self.HasAsked ? machines.Where(IsWanted).Select(SentenceOf).OfType<string>() : [];

    private static bool IsWanted(MachineStatus machine) =>
        machine is { IsSelf: false, State: not MachineState.Up, Intent: not MachineIntent.Removed, AwayUntil: null };

    private string? SentenceOf(MachineStatus machine)
    {
        var why = Sentence.Ended(machine.Why);
        if (machine.Id is not { } id)
        {
            return $"No machine of this cluster has answered at '{machine.Addresses[0]}': {why} Start it there, or take the address off the lists (LightDfs:Peers).";
        }
        var peer = client.Directory.Of(id);
        return peer.LastFailure is null || IsExpectedBack(machine, peer)
            ? null
            : $"Machine '{id}' {(machine.Addresses.Count == 0 ? "" : $"at '{machine.Addresses[0]}' ")}is down: {why} Start it, or mend what keeps it from answering; if it is lost for good, replace or remove it.";
    }

    /// <summary>Whoever answers there without a proof has been started again, and will not mend by waiting.</summary>
    private bool IsExpectedBack(MachineStatus machine, Peer peer) =>
        machine is { IsLeaving: true, IsOut: false } && peer.DownFor < (replaceAfter ?? LongestRestart) && !client.IsUnprovenAt(peer.View.Address);
}
