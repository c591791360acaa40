using LightDfs.DependencyInjection;
using LightDfs.Peers;
using LightDfs.Testing.Conformance;

namespace LightDfs.Tests.DependencyInjection;

[Tests(typeof(ListedPeerSource))]
public sealed class ListedPeerSourceConformanceTests : PeerSourceConformance
{
    protected override IReadOnlyList<string> Expected => ["memory://a", "memory://b"];

    protected override IPeerTransport Transport => TestParts.Transport;

    protected override ValueTask<IPeerSource> CreateAsync() => new(new ListedPeerSource(new LightDfsOptions { Peers = { "memory://a", "memory://b" } }));
}
