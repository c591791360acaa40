using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Testing.Network;
using LightDfs.Testing.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.InMemory;

[Tests(typeof(InMemoryPeerSource))]
public sealed class InMemoryPeerSourceConformanceTests : PeerSourceConformance
{
    protected override IReadOnlyList<string> Expected => ["memory://a", "memory://b"];

    protected override IPeerTransport Transport { get; } = new InMemoryNetwork().CreateTransport("memory://a");

    protected override ValueTask<IPeerSource> CreateAsync() => new(new InMemoryPeerSource("memory://b", "MEMORY://A"));

    [Test]
    public async Task Source_told_otherwise_names_others_and_leaves_former_answers_alone()
    {
        var source = new InMemoryPeerSource("memory://a");
        var before = await source.GetPeersAsync();

        source.Set("memory://c", "memory://d");

        Assert.That(before, Is.EqualTo(new[] { "memory://a" }));
        Assert.That(await source.GetPeersAsync(), Is.EqualTo(new[] { "memory://c", "memory://d" }));
    }
}
