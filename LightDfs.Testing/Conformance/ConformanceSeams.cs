using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

/// <summary>Which fixture belongs to which seam, and what a fixture says that it tests.</summary>
internal static class ConformanceSeams
{
    public static IReadOnlyList<(Type Seam, Type Fixture)> All { get; } =
    [
        (typeof(IHashRing), typeof(HashRingConformance)),
        (typeof(IMachineIdentityStore), typeof(MachineIdentityStoreConformance)),
        (typeof(IPeerTransport), typeof(PeerTransportConformance)),
        (typeof(IReplicaStore), typeof(ReplicaStoreConformance)),
        (typeof(IPeerSource), typeof(PeerSourceConformance)),
    ];

    public static IEnumerable<Type> NamedBy(Type fixture) => fixture.GetCustomAttributes(typeof(TestsAttribute), inherit: false).Cast<TestsAttribute>().Select(named => named.Implementation);

    /// <summary>A fixture that names another type than its factory makes would cover what it never tests.</summary>
    public static void AssertMadeAsNamed(object fixture, object made)
    {
        var named = NamedBy(fixture.GetType()).ToList();
        if (named.Count > 0)
        {
            Assert.That(named, Does.Contain(DefinitionOf(made.GetType())), $"{fixture.GetType().Name} says [Tests(…)] of another type than it makes");
        }
    }

    private static Type DefinitionOf(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}
