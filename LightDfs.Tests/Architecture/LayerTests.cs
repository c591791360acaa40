using System.Reflection;
using LightDfs.AspNetCore;
using LightDfs.Testing.Clusters;
using LightDfs.Transport.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Architecture;

/// <summary>Imports point one way.</summary>
public sealed class LayerTests
{
    /// <summary>The folders of Core from the ground up: each may see those before it, and none after.</summary>
    private static readonly string[] Layers =
        ["Chance", "Text", "Diagnostics", "Files", "Ring", "Storage", "Identity", "Peers", "Membership", "Cluster", "Repair", "Machine", "DependencyInjection"];

    private static readonly Assembly Core = typeof(LightDfsMachine).Assembly;
    private static readonly Assembly Http = typeof(PeerConnections).Assembly;
    private static readonly Assembly AspNetCore = typeof(LightDfsFilesOptions).Assembly;
    private static readonly Assembly TestKit = typeof(LightDfsTestCluster).Assembly;

    [Test]
    public void Folders_of_core_see_only_those_below_them()
    {
        var upward = from type in Core.GetTypes()
                     let layer = LayerOf(type)
                     where layer >= 0
                     from seen in Sight.Of(type)
                     where seen.Assembly == Core && LayerOf(seen) > layer
                     select $"{type.FullName} ({Layers[layer]}) sees {seen.FullName} ({Layers[LayerOf(seen)]})";

        Assert.That(upward.Distinct(), Is.Empty);
    }

    [Test]
    public void Every_namespace_of_core_has_its_place_among_the_layers() =>
        Assert.That(Core.GetTypes().Where(type => type.Namespace?.StartsWith("LightDfs", StringComparison.Ordinal) is true && LayerOf(type) < 0), Is.Empty);

    [Test]
    public void Core_depends_on_the_abstractions_it_names_and_nothing_else()
    {
        string[] allowed =
        [
            "System.", "Microsoft.Win32.Primitives", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Hosting.Abstractions",
            "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.Primitives",
        ];
        var seen = NamesOf(Core);

        Assert.That(seen.Where(name => !allowed.Any(start => name.StartsWith(start, StringComparison.Ordinal))), Is.Empty);
        Assert.That(seen.Where(name => name.StartsWith("System.Net", StringComparison.Ordinal)), Is.Empty, "an address is opaque text to Core");
    }

    [Test]
    public void The_two_packages_on_top_do_not_see_each_other()
    {
        Assert.That(NamesOf(Http), Does.Not.Contain("LightDfs.AspNetCore").And.Not.Contain("LightDfs.Testing"));
        Assert.That(NamesOf(AspNetCore), Does.Not.Contain("LightDfs.Transport.Http").And.Not.Contain("LightDfs.Testing"));
    }

    [Test]
    public void File_endpoints_do_not_see_the_peer_protocol() =>
        Assert.That(AspNetCore.GetTypes().SelectMany(Sight.Of).Where(seen => seen.Namespace is "LightDfs.Peers" or "LightDfs.Membership" or "LightDfs.Cluster"), Is.Empty);

    [Test]
    public void Test_kit_sees_neither_http_nor_a_mocking_library() =>
        Assert.That(NamesOf(TestKit).Where(name => name is "System.Net.Http" or "Moq" || name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)), Is.Empty);

    private static List<string> NamesOf(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(name => name.Name!)];

    private static int LayerOf(Type type)
    {
        // What users see lies in the root namespace, and is part of the files; only the machine itself is above all that it is made of.
        var name = type.FullName!.StartsWith("LightDfs.LightDfsMachine", StringComparison.Ordinal) ? "Machine"
            : type.Namespace switch
            {
                "LightDfs" when IsRegistration(type) => "DependencyInjection",
                "LightDfs" => "Files",
                null or "" => "",
                var space => space.Split('.').ElementAtOrDefault(1) ?? "",
            };
        return Array.IndexOf(Layers, name);
    }

    private static bool IsRegistration(Type type) => type.FullName!.Contains("Builder", StringComparison.Ordinal) || type.FullName.Contains("ServiceCollection", StringComparison.Ordinal);
}
