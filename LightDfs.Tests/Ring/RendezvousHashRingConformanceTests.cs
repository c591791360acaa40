using LightDfs.Ring;
using LightDfs.Testing.Conformance;

namespace LightDfs.Tests.Ring;

[Tests(typeof(RendezvousHashRing))]
public sealed class RendezvousHashRingConformanceTests : HashRingConformance
{
    protected override IHashRing CreateRing() => new RendezvousHashRing();
}
