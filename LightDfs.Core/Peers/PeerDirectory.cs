using System.Collections.Concurrent;

namespace LightDfs.Peers;

/// <summary>The machines this one knows, and which of them answers at which address. Thread-safe.</summary>
internal sealed class PeerDirectory(TimeProvider time)
{
    private readonly ConcurrentDictionary<MachineId, Peer> _peers = new();
    private readonly ConcurrentDictionary<string, MachineId> _whoIs = new(StringComparer.Ordinal);

    private Listing _listing = new(0, []);
    private long _added;

    /// <summary>All of them, by id.</summary>
    public IReadOnlyList<Peer> All
    {
        get
        {
            var (added, listing) = (Interlocked.Read(ref _added), Volatile.Read(ref _listing));
            if (listing.Added != added)
            {
                listing = new(added, [.. _peers.Values.OrderBy(peer => peer.Id)]);
                Volatile.Write(ref _listing, listing);
            }
            return listing.Peers;
        }
    }

    public Peer Of(MachineId machine)
    {
        if (_peers.TryGetValue(machine, out var known))
        {
            return known;
        }
        var made = new Peer(machine, time);
        var peer = _peers.GetOrAdd(machine, made);
        if (peer == made)
        {
            Interlocked.Increment(ref _added);
        }
        return peer;
    }

    /// <summary>One that is known by now; <see langword="null"/> for any other.</summary>
    public Peer? Find(MachineId machine) => _peers.GetValueOrDefault(machine);

    /// <summary>The machine that answered last at an address; <see langword="null"/> if none ever did.</summary>
    public MachineId? WhoIs(string address) => _whoIs.TryGetValue(address, out var machine) ? machine : null;

    /// <summary>What answers at an address is not to be used. Whoever was thought to be there is somewhere else, or gone.</summary>
    /// <returns>The machine that goes down by that; <see langword="null"/> for none.</returns>
    public Peer? NobodyAt(string address, string why) => _whoIs.TryRemove(address, out var machine) ? Displace(machine, address, why) : null;

    /// <summary>A machine answered, proven, at an address. Whoever was thought to be there is somewhere else, or gone.</summary>
    /// <returns>The machine that goes down by that; <see langword="null"/> for none.</returns>
    public Peer? AnsweredAt(string address, MachineId machine)
    {
        var before = WhoIs(address);
        _whoIs[address] = machine;
        return before is { } other && other != machine ? Displace(other, address, AnswersThere(machine)) : null;
    }

    /// <summary>Why a machine is not where it was thought to be.</summary>
    public static string AnswersThere(MachineId machine) => machine == default
        ? "a machine without an id answers at its address. Has it lost its data directory?"
        : $"another machine, '{machine}', answers at its address.";

    private Peer? Displace(MachineId machine, string address, string why)
    {
        var peer = Of(machine);
        var view = peer.View;
        return view.Address == address && peer.Failed(view, why, inTime: true) ? peer : null;
    }

    /// <summary>All peers, when so many had been added.</summary>
    private sealed record Listing(long Added, Peer[] Peers);
}
