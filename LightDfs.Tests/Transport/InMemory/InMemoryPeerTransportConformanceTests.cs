using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Network;

namespace LightDfs.Tests.Transport.InMemory;

[Tests(typeof(InMemoryPeerTransport))]
public sealed class InMemoryPeerTransportConformanceTests : PeerTransportConformance
{
    protected override IReadOnlyList<string> SpellingsOfOneAddress => ["memory://rack-1.a:5000", "MEMORY://Rack-1.A:5000", " memory://rack-1.a:5000/ "];

    protected override IReadOnlyList<string> NoAddresses => ["", "a", "memory://", "memory://-a", "memory://a/b", "memory://a b", "memory://a:", "http://a"];

    protected override ValueTask<PeerTransportSetup> CreateAsync(IPeerHandler handler)
    {
        var network = new InMemoryNetwork();
        network.Attach("memory://b", handler);
        return new(new PeerTransportSetup { Transport = network.CreateTransport("memory://a"), Address = "memory://b", UnreachableAddress = "memory://nobody" });
    }
}
