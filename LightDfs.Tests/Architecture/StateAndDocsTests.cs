using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using LightDfs.AspNetCore;
using LightDfs.Testing.Clusters;
using LightDfs.Transport.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Architecture;

public sealed class StateAndDocsTests
{
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Test]
    public void Core_has_no_static_state_that_changes()
    {
        var changing = from type in typeof(LightDfsMachine).Assembly.GetTypes()
                       where !IsGenerated(type)
                       from field in type.GetFields(Statics)
                       where !field.IsLiteral && !field.Name.StartsWith('<') && (!field.IsInitOnly || CanChange(field.FieldType))
                       select $"{type.FullName}.{field.Name}";

        Assert.That(changing, Is.Empty);
    }

    /// <summary>That every member has docs is held by the compiler, as long as the docs are made; this holds that they are, with a line for each public type.</summary>
    [Test]
    public void Every_public_type_of_a_package_is_documented([ValueSource(nameof(Packages))] Assembly package)
    {
        var docs = XDocument.Load(Path.ChangeExtension(package.Location, ".xml"));
        var documented = docs.Descendants("member").Where(member => !string.IsNullOrWhiteSpace(member.Value)).Select(member => (string)member.Attribute("name")!).ToHashSet();

        var bare = package.GetExportedTypes().Where(type => !IsGenerated(type)).Select(type => $"T:{type.FullName!.Replace('+', '.')}").Where(name => !documented.Contains(name));

        Assert.That(bare, Is.Empty);
    }

    private static IEnumerable<Assembly> Packages() =>
        [typeof(LightDfsMachine).Assembly, typeof(PeerConnections).Assembly, typeof(LightDfsFilesOptions).Assembly, typeof(LightDfsTestCluster).Assembly];

    private static bool IsGenerated(Type type) => type.Name.Contains('<', StringComparison.Ordinal) || type.IsDefined(typeof(CompilerGeneratedAttribute));

    /// <summary>Collections that are filled after their making, and what threads meet at. Arrays are tables here; nobody writes to them.</summary>
    private static bool CanChange(Type type) =>
        type.Namespace is "System.Collections.Generic" or "System.Collections.Concurrent" || type == typeof(Lock) || type == typeof(SemaphoreSlim) || type == typeof(CancellationTokenSource)
        || type.Name.StartsWith("Lazy", StringComparison.Ordinal) || type.Name.StartsWith("ThreadLocal", StringComparison.Ordinal) || type.Name.StartsWith("AsyncLocal", StringComparison.Ordinal);
}
