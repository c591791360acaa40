using System.Collections.Concurrent;
using System.Collections.Immutable;
using LightDfs.Peers;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>
/// Machines tell each other where they are reached. What was told is a hint until the machine asked there has answered, proven, with that id; and an address that works is not
/// given up for one that was only told. Here too: who may join. Thread-safe.
/// </summary>
internal sealed partial class Introductions(
    PeerClient client, MembershipState membership, ListedAddresses listed, OwnAddresses own, IPeerTransport transport, bool allowUnlisted, TimeProvider time,
    ILogger<Introductions> logger, CancellationToken stopping)
{
    /// <summary>A machine that cannot be reached must not make its own requests wait for that.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    private const string AnotherThere = "another machine answers there.";

    private readonly ConcurrentDictionary<MachineId, Introduction> _heard = new();
    private readonly ConcurrentDictionary<MachineId, Task> _asking = new();
    private readonly ConcurrentDictionary<MachineId, Told> _told = new();
    private readonly ConcurrentDictionary<MachineId, IReadOnlyDictionary<string, string>> _unreached = new();

    /// <summary>What this machine tells of itself.</summary>
    public Introduction Own => new([.. MachineSelf.Latest(own.Announced).Select(address => new AnnouncedAddress(address, listed.Contains(address)))]);

    /// <summary>Tells a machine this one's addresses, unless its present run has been told the same.</summary>
    /// <exception cref="PeerUnreachableException">It did not answer.</exception>
    public async Task TellAsync(Peer peer, CancellationToken cancellationToken)
    {
        var encoded = Own.Encode();
        if (_told.TryGetValue(peer.Id, out var told) && told.Incarnation == peer.View.Incarnation && told.Introduction.Span.SequenceEqual(encoded.Span))
        {
            return;
        }
        var answer = await client.CallAsync(peer, Operation.Introduce, encoded, null, ControlTimeouts.Answer, cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            if (answer.Status == PeerStatus.Ok)
            {
                _told[peer.Id] = new(answer.Responder.Incarnation, encoded);
            }
        }
    }

    /// <summary>A machine introduced itself.</summary>
    public void Heard(MachineId machine, Introduction introduction) => _heard[machine] = introduction;

    /// <summary>Asks a machine that is heard of but not reached at the addresses that it told, one after the other. Waits for that for a moment only.</summary>
    public async Task ReachAsync(MachineCard card, CancellationToken cancellationToken)
    {
        var peer = client.Directory.Of(card.Machine);
        if (IsReached(peer, card))
        {
            return;
        }
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = _asking.GetOrAdd(card.Machine, begun.Task);
        if (asking == begun.Task)
        {
            _ = AskAsync(peer, card, begun);
        }
        try
        {
            await asking.WaitAsync(LongestWait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on in the background.
        }
    }

    /// <summary>Why a machine that asks to join is not taken in; <see langword="null"/> when it is, or belongs already.</summary>
    public string? RefuseToTakeIn(MachineCard card)
    {
        if (membership.View.Map.Entries.ContainsKey(card.Machine))
        {
            return null;
        }
        var peer = client.Directory.Of(card.Machine);
        if (IsReached(peer, card) && MayJoinAt(peer.View.Address, card.Machine))
        {
            return null;
        }
        var told = _heard.TryGetValue(card.Machine, out var heard) ? heard.Addresses : [];
        return told.IsEmpty
            ? "it is not listed, and told no address at which it is reached: a wildcard such as 0.0.0.0 is none. List it, or set LightDfs:AdvertisedAddress on it"
            : told.Any(address => MayJoinAt(address.Address, card.Machine))
                ? $"it did not answer at {Quoted(told)} when it was asked there{WhyUnreached(card.Machine, told)} If the others reach it at another address, set LightDfs:AdvertisedAddress on it to that"
                : $"no list names {Quoted(told)}. List one of them on this machine or on that one, or set LightDfs:AllowUnlistedMachines on this one";
    }

    /// <summary>True when an unknown machine that is asked at this address may join by answering.</summary>
    public bool MayJoinAt(string address, MachineId machine) =>
        allowUnlisted || listed.Contains(address)
        || (_heard.TryGetValue(machine, out var heard) && heard.Addresses.Any(told => told.IsListed && told.Address == address));

    /// <summary>Whoever forgot to map the endpoint has no wrong address: what came instead of an answer tells.</summary>
    private string WhyUnreached(MachineId machine, ImmutableArray<AnnouncedAddress> told)
    {
        var known = _unreached.GetValueOrDefault(machine);
        var reasons = told.Select(address => own.Known.Contains(address.Address) ? AnotherThere : known?.GetValueOrDefault(address.Address)).OfType<string>().Distinct().ToList();
        return reasons.Count == 0 ? "." : $": {string.Join(" ", reasons)}";
    }

    private static string Quoted(IEnumerable<AnnouncedAddress> told) => string.Join(", ", told.Select(address => $"'{address.Address}'"));

    private static bool IsReached(Peer peer, MachineCard card) => peer.View is { State: MachineState.Up } view && view.Incarnation == card.Incarnation;

    private async Task AskAsync(Peer peer, MachineCard card, TaskCompletionSource done)
    {
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var address in WhereToAsk(peer))
            {
                try
                {
                    var answer = await client.AskAsync(address, ControlTimeouts.Answer, stopping, withMap: !membership.View.IsLarge).ConfigureAwait(false);
                    await answer.DisposeAsync().ConfigureAwait(false);
                    reasons[address] = AnotherThere;
                }
                catch (PeerUnreachableException cause)
                {
                    // The next address may do.
                    reasons[address] = cause.Reason;
                }
                if (IsReached(peer, card))
                {
                    break;
                }
            }
        }
        catch (Exception cause) when (stopping.IsCancellationRequested)
        {
            ReachingEnded(logger, card.Machine, cause);
        }
        catch (Exception cause)
        {
            // Nobody waits for it to the end.
            ReachingFailed(logger, card.Machine, cause);
        }
        finally
        {
            _unreached[peer.Id] = reasons;
            _asking.TryRemove(peer.Id, out _);
            done.TrySetResult();
        }
    }

    private List<string> WhereToAsk(Peer peer)
    {
        var isMember = membership.View.Map.Entries.TryGetValue(peer.Id, out var entry);
        var addresses = new List<string>();
        if (_heard.TryGetValue(peer.Id, out var heard))
        {
            addresses.AddRange(heard.Addresses.Select(told => told.Address).Where(address => IsNormal(address) && (isMember || MayJoinAt(address, peer.Id))));
        }
        if (isMember)
        {
            addresses.AddRange(entry!.Self.Value.Addresses);
        }
        if (peer.View.Address.Length > 0)
        {
            addresses.Add(peer.View.Address);
        }
        return [.. addresses.Distinct(StringComparer.Ordinal).Where(address => !own.Known.Contains(address))];
    }

    /// <summary>What comes over the wire may be no address of this transport.</summary>
    private bool IsNormal(string address)
    {
        try
        {
            return transport.Normalize(address) == address;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private sealed record Told(ulong Incarnation, ReadOnlyMemory<byte> Introduction);
}
