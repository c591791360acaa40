using System.Globalization;
using System.Text.Json.Nodes;

namespace LightDfs.Tests.Ring.Golden;

/// <summary>What make_golden.py, beside this file, computed. Regenerate with <c>python3 make_golden.py</c>; a difference breaks existing clusters.</summary>
internal static class GoldenFile
{
    public static JsonArray Ids => Read("golden-ids.json").AsArray();

    public static JsonArray Rings => Read("golden-rings.json").AsArray();

    public static JsonArray TokenRings => Read("golden-token-rings.json").AsArray();

    public static JsonObject Vectors => Read("golden-vectors.json").AsObject();

    public static string Text(this JsonNode? node, string name) => node![name]!.GetValue<string>();

    public static int Int(this JsonNode? node, string name) => node![name]!.GetValue<int>();

    public static ulong Hex64(this JsonNode? node, string name) => ulong.Parse(node.Text(name), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static ushort[] Numbers(this JsonNode? node, string name) => [.. node![name]!.AsArray().Select(number => number!.GetValue<ushort>())];

    private static JsonNode Read(string name)
    {
        using var stream = typeof(GoldenFile).Assembly.GetManifestResourceStream($"{typeof(GoldenFile).Namespace}.{name}")
            ?? throw new FileNotFoundException($"{name} is not embedded in the test assembly.");
        return JsonNode.Parse(stream)!;
    }
}
