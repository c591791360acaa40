using System.Collections.Concurrent;

namespace LightDfs.Peers;

/// <summary>The machines this one knows, and which of them answers at which address. Thread-safe.</summary>
internal sealed class PeerDirectory(TimeProvider time)
{
    private readonly ConcurrentDictionary<MachineId, Peer> _peers = new();
    private readonly ConcurrentDictionary<string, MachineId> _whoIs = new(StringComparer.Ordinal);

    /// <summary>All of them, by id.</summary>
    public IReadOnlyList<Peer> All => [.. _peers.Values.OrderBy(peer => peer.Id)];

    public Peer Of(MachineId machine) => _peers.GetOrAdd(machine, static (id, time) => new Peer(id, time), time);

    /// <summary>The machine that answered last at an address; <see langword="null"/> if none ever did.</summary>
    public MachineId? WhoIs(string address) => _whoIs.TryGetValue(address, out var machine) ? machine : null;

    /// <summary>A machine answered, proven, at an address. Whoever was thought to be there is somewhere else, or gone.</summary>
    public void AnsweredAt(string address, MachineId machine)
    {
        var before = WhoIs(address);
        _whoIs[address] = machine;
        if (before is { } other && other != machine && Of(other).View.Address == address)
        {
            Of(other).Failed($"machine '{machine}' answers at its address '{address}'", inTime: true);
        }
    }
}
