using EndToEnd;
using LightDfs.Benchmarks.Limit;
using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Targets;

/// <summary>The limit app in one of its variants.</summary>
internal sealed class LimitTarget(string variant, string folder) : Target(variant)
{
    public override IReadOnlyList<ServerProcess> Processes { get; } = [Make(variant, Path.Combine(folder, variant))];

    private static ServerProcess Make(string variant, string directory)
    {
        var address = FreeAddresses.Find(1)[0];
        return new ServerProcess(
            variant, new Uri(address).Authority, directory, ["limit", variant, "--urls", address, "--data", directory], new Dictionary<string, string>(), LimitApp.ReadyPath);
    }
}
