using System.Reflection;
using LightDfs.Testing.Conformance;

namespace CustomTransport.Tests;

/// <summary>Fails when a part is added and its conformance fixture is forgotten.</summary>
public sealed class CoverageTests : ConformanceCoverage
{
    protected override IEnumerable<Assembly> AssembliesUnderTest => [typeof(UnixSocketTransport).Assembly];
}
