using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>
/// Which run of each machine counts. A copy of a data directory makes two machines with one id; peers tell them apart by (start counter, incarnation), and keep to the one
/// they know: a lower counter, or an equal one with another incarnation, is refused, and so is a higher one while the run that is known still answers.
/// </summary>
internal sealed class Runs(PeerDirectory directory, MembershipState membership, Problems problems)
{
    /// <summary>Asks who answers at an address, without taking the answer in; <see langword="null"/> for nobody.</summary>
    public Func<string, CancellationToken, Task<MachineCard?>> Ask { get; set; } = static (_, _) => Task.FromResult<MachineCard?>(null);

    /// <summary>Why a run of another machine does not count; <see langword="null"/> when it does, and is the known one from here on.</summary>
    /// <param name="card">How it introduced itself, proven.</param>
    /// <param name="address">Where it answered just now; <see langword="null"/> when it asked.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<string?> RefuseAsync(MachineCard card, string? address, CancellationToken cancellationToken)
    {
        var peer = directory.Of(card.Machine);
        var known = KnownOf(peer);
        var run = new Run(card.Start, card.Incarnation);
        if (known == default || run == known)
        {
            return null;
        }
        if (run.Start <= known.Start)
        {
            return Refuse(card, known, "that is the newer one");
        }
        if (await AnswersStillAsync(peer, known, address, cancellationToken).ConfigureAwait(false) is { } living)
        {
            return Refuse(card, known, $"that one still answers at '{living}'");
        }
        peer.Accept(card);
        return null;
    }

    private string Refuse(MachineCard card, Run known, string why)
    {
        problems.Report(
            $"copy {card.Machine}",
            $"Two machines run with the id '{card.Machine}': start {known.Start} is known, and start {card.Start} (incarnation {card.Incarnation:x}) asks to be let in. One uses a copy of the other's data directory. "
            + "The second one is kept out: stop it, or give it an empty data directory at an address of its own.");
        return $"the cluster knows start {known.Start} of machine '{card.Machine}', and {why}; this one is start {card.Start}";
    }

    /// <summary>The newest run that membership or this machine's own contacts know of: after a healed partition the higher of two.</summary>
    private Run KnownOf(Peer peer)
    {
        var seen = new Run(peer.View.Start, peer.View.Incarnation);
        var told = membership.View.Map.Entries.TryGetValue(peer.Id, out var entry) ? new Run(entry.Self.Value.Start, entry.Self.Value.Incarnation) : default;
        return seen.CompareTo(told) > 0 ? seen : told;
    }

    /// <summary>Where the known run of a machine answers now; <see langword="null"/> for nowhere.</summary>
    private async ValueTask<string?> AnswersStillAsync(Peer peer, Run known, string? except, CancellationToken cancellationToken)
    {
        var view = peer.View;
        if (view.Incarnation == known.Incarnation && view.State == MachineState.Down)
        {
            return null;
        }
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        if (view.Address.Length > 0)
        {
            addresses.Add(view.Address);
        }
        if (membership.View.Map.Entries.TryGetValue(peer.Id, out var entry))
        {
            addresses.UnionWith(entry.Self.Value.Addresses);
        }
        var asked = addresses.Where(address => address != except).Order(StringComparer.Ordinal).ToArray();
        var answers = await Task.WhenAll(asked.Select(address => Ask(address, cancellationToken))).ConfigureAwait(false);
        var living = Array.FindIndex(answers, answer => answer is not null && answer.Machine == peer.Id && answer.Incarnation == known.Incarnation);
        return living < 0 ? null : asked[living];
    }
}

/// <summary>One run of a machine, in the order in which they count.</summary>
internal readonly record struct Run(long Start, ulong Incarnation) : IComparable<Run>
{
    public int CompareTo(Run other) => Start != other.Start ? Start.CompareTo(other.Start) : Incarnation.CompareTo(other.Incarnation);
}
