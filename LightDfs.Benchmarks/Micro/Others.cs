using Proto.Cluster;

namespace LightDfs.Benchmarks.Micro;

/// <summary>Machines as other libraries know them.</summary>
internal static class Others
{
    public static string[] Names(int machines) => [.. Enumerable.Range(1, machines).Select(i => $"machine-{i}")];

    public static Member[] Members(string[] names) => [.. names.Select((name, i) => new Member { Id = name, Host = "10.0.0." + i, Port = 5000 })];
}
