using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

/// <summary>
/// Fails when an assembly has a ring, identity store, transport, replica store or peer source that no conformance fixture tests. Derive from it once in a test project, and
/// name the assemblies; let each fixture name what it tests with <see cref="TestsAttribute"/>.
/// </summary>
public abstract class ConformanceCoverage
{
    /// <summary>The assemblies whose implementations must be tested.</summary>
    protected abstract IEnumerable<Assembly> AssembliesUnderTest { get; }

    /// <summary>The assemblies that hold the fixtures. Default: the one that this class is derived in.</summary>
    protected virtual IEnumerable<Assembly> AssembliesOfFixtures => [GetType().Assembly];

    /// <summary>Every class or struct that implements a seam is named by a fixture of that seam, and every fixture names what it tests.</summary>
    [Test]
    public void Every_implementation_of_a_seam_has_its_conformance_fixture() => Assert.That(GapsOf(AssembliesOfFixtures, AssembliesUnderTest), Is.Empty);

    /// <summary>What is missing, a sentence each: implementations without a fixture, and fixtures that do not say what they test, or say something that is not of their seam.</summary>
    internal static IReadOnlyList<string> GapsOf(IEnumerable<Assembly> ofFixtures, IEnumerable<Assembly> underTest) => GapsOf(TypesOf(ofFixtures), TypesOf(underTest));

    internal static IReadOnlyList<string> GapsOf(IReadOnlyList<Type> fixtures, IReadOnlyList<Type> implementations)
    {
        var gaps = new List<string>();
        foreach (var (seam, conformance) in ConformanceSeams.All)
        {
            var derived = fixtures.Where(type => type.IsSubclassOf(conformance) && !type.IsGenericTypeDefinition).ToList();
            var named = derived.SelectMany(ConformanceSeams.NamedBy).ToHashSet();
            gaps.AddRange(implementations.Where(seam.IsAssignableFrom).Where(type => !named.Contains(type))
                .Select(type => $"{type.FullName} is an {seam.Name}, but no {conformance.Name} tests it. Derive one with [Tests(typeof({type.Name}))]."));
            gaps.AddRange(derived.Where(type => !ConformanceSeams.NamedBy(type).Any())
                .Select(type => $"{type.FullName} does not say what it tests. Put [Tests(typeof(…))] on it."));
            gaps.AddRange(derived.SelectMany(type => ConformanceSeams.NamedBy(type).Where(other => !seam.IsAssignableFrom(other))
                .Select(other => $"{type.FullName} says that it tests {other.Name}, which is no {seam.Name}.")));
        }
        return gaps;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Tests are not trimmed.")]
    private static List<Type> TypesOf(IEnumerable<Assembly> assemblies) =>
        [.. assemblies.Distinct().SelectMany(assembly => assembly.GetTypes()).Where(type => type is { IsAbstract: false, IsInterface: false }).OrderBy(type => type.FullName, StringComparer.Ordinal)];
}
