using LightDfs.Peers;
using LightDfs.Testing.Network;
using LightDfs.Tests.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Tests.Peers;

/// <summary>The peer protocol of one machine, both ends of it, without the machine behind: what operations do is the test's business.</summary>
internal sealed class Node
{
    public const string Key = "correct horse battery staple";
    private readonly InMemoryNetwork _network;
    private readonly TimeProvider _time;

    public Node(InMemoryNetwork network, byte number, TimeProvider time, ClusterKeys? keys = null)
    {
        (_network, _time) = (network, time);
        Address = $"memory://node-{number}";
        Keys = keys ?? new ClusterKeys("lightdfs", Key, null);
        Self = new FakeSelf(Samples.Card with { Machine = Samples.Machine(number), Incarnation = number * 100UL, Start = 1 });
        Directory = new PeerDirectory(time);
        var transport = network.CreateTransport(Address);
        Client = new PeerClient(transport, new AddressRules(transport, Keys.IsOpen, () => ListsOnlyProtected), Keys, Self, Directory, time, Logs.CreateLogger<PeerClient>());
        Operations = Enum.GetValues<Operation>().ToDictionary(operation => operation, _ => (PeerOperation)Note);
        Listen();
    }

    public string Address { get; }

    /// <summary>Whether it lists no peers and knows no machine. A test's choice; default false.</summary>
    public bool IsAlone { get; set; }

    /// <summary>Whether all addresses that it lists are protected. A test's choice; default false.</summary>
    public bool ListsOnlyProtected { get; set; }

    public MachineId Id => Self.Card.Machine;

    public ClusterKeys Keys { get; }

    public FakeSelf Self { get; }

    public RecordedLogs Logs { get; } = new();

    public PeerDirectory Directory { get; }

    public PeerClient Client { get; }

    /// <summary>Takes requests, whoever calls it.</summary>
    public PeerServer Server { get; private set; } = null!;

    public Dictionary<Operation, PeerOperation> Operations { get; }

    /// <summary>Requests that got as far as an operation.</summary>
    public List<PeerCall> Calls { get; } = [];

    /// <summary>Starts it again: another run of the same machine, with all counters of others forgotten.</summary>
    public void Restart()
    {
        Self.Card = Self.Card with { Start = Self.Card.Start + 1, Incarnation = Self.Card.Incarnation + 1 };
        Listen();
    }

    /// <summary>Another machine as this one knows it, with an address to try and nothing else.</summary>
    public Peer Peer(Node other)
    {
        var peer = Directory.Of(other.Id);
        peer.TryAt(other.Address);
        return peer;
    }

    /// <summary>Asks, and reads a message that comes as the body.</summary>
    public async Task<(PeerStatus Status, string Reason)> AskAsync(Peer peer, Operation operation = Operation.Find, PeerBody? body = null)
    {
        await using var answer = await Client.CallAsync(peer, operation, new byte[] { 1 }, body, TimeSpan.FromSeconds(3), CancellationToken.None);
        return (answer.Status, answer.Reason);
    }

    private void Listen()
    {
        Server = new PeerServer(Keys, Self, () => IsAlone, Operations, _time, Logs.CreateLogger<PeerServer>());
        _network.Attach(Address, Server);
    }

    private ValueTask<PeerOutcome> Note(PeerCall call, CancellationToken cancellationToken)
    {
        Calls.Add(call);
        return new(new PeerOutcome(PeerStatus.Ok));
    }
}
