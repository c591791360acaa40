using System.Text.Json.Nodes;
using LightDfs.Ring;
using LightDfs.Tests.Ring.Golden;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

public sealed class TokenGoldenTests
{
    private static IEnumerable<TestCaseData> Rings => GoldenFile.TokenRings.Select(golden => new TestCaseData(golden).SetArgDisplayNames(golden.Text("name")));

    [TestCaseSource(nameof(Rings))]
    public void Owners_are_what_the_independent_program_says(JsonNode golden) => GoldenRing.AssertSame(new TokenHashRing(golden.Int("tokens")), golden);
}
