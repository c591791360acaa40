using LightDfs.Ring;
using LightDfs.Testing.Conformance;

namespace LightDfs.Tests.Ring;

[Tests(typeof(TokenHashRing))]
public sealed class TokenHashRingConformanceTests : HashRingConformance
{
    protected override HashRingAbilities Abilities => HashRingAbilities.Balanced | HashRingAbilities.Steady;

    protected override IHashRing CreateRing() => new TokenHashRing();
}

/// <summary>The original design: one token a machine.</summary>
[Tests(typeof(TokenHashRing))]
public sealed class SingleTokenHashRingConformanceTests : HashRingConformance
{
    protected override HashRingAbilities Abilities => HashRingAbilities.Steady;

    protected override IHashRing CreateRing() => new TokenHashRing(1);
}
