using System.Reflection;
using System.Text.RegularExpressions;
using LightDfs.AspNetCore;
using LightDfs.Transport.Http;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace LightDfs.Tests.Architecture;

/// <summary>Event ids are what people filter logs by: each means one thing, for ever.</summary>
public sealed class LogEventTests
{
    private static readonly Dictionary<string, int> Hundreds = new()
    {
        ["LightDfs.Identity"] = 1000,
        ["LightDfs.Membership"] = 1100,
        ["LightDfs.Peers"] = 1200,
        ["LightDfs.Storage"] = 1300,
        ["LightDfs.Cluster"] = 1400,
        ["LightDfs.DependencyInjection"] = 1500,
        ["LightDfs.Transport.Http"] = 1600,
        ["LightDfs.Repair"] = 1700,
        ["LightDfs.AspNetCore"] = 2000,
    };

    [Test]
    public void Event_ids_and_names_are_used_once() => Assert.Multiple(() =>
    {
        Assert.That(Messages().Select(message => message.Says.EventId), Is.Unique);
        Assert.That(Messages().Select(message => message.Says.EventName), Is.Unique.And.All.Not.Null);
    });

    [Test]
    public void Event_ids_lie_in_the_hundred_of_their_folder()
    {
        foreach (var (method, says) in Messages())
        {
            var folder = Hundreds.Keys.Single(folder => method.DeclaringType!.Namespace!.StartsWith(folder, StringComparison.Ordinal));
            Assert.That(says.EventId / 100 * 100, Is.EqualTo(Hundreds[folder]), $"{method.DeclaringType}.{method.Name}");
        }
    }

    [Test]
    public void Every_event_id_is_in_use()
    {
        var declared = Assemblies().Select(assembly => assembly.GetTypes().Single(type => type.Name == "LogEvents"))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => (int)field.GetRawConstantValue()!);

        Assert.That(declared, Is.EquivalentTo(Messages().Select(message => message.Says.EventId)));
    }

    /// <summary>"1 files" is what the first user of a small cluster reads. (What the disk says of itself is still to be worded so.)</summary>
    [Test]
    public void Number_in_a_message_is_right_for_one_and_for_many() => Assert.That(
        Messages().Where(message => !message.Method.DeclaringType!.Namespace!.StartsWith("LightDfs.Storage", StringComparison.Ordinal)).Select(message => message.Says.Message),
        Has.None.Matches<string>(says => Regex.IsMatch(says!, @"\{\w+\} (?!is\b|was\b|has\b)[a-z]+s\b")));

    private static Assembly[] Assemblies() => [typeof(LightDfsMachine).Assembly, typeof(PeerConnections).Assembly, typeof(LightDfsFilesOptions).Assembly];

    private static List<(MethodInfo Method, LoggerMessageAttribute Says)> Messages() =>
    [
        .. from type in Assemblies().SelectMany(assembly => assembly.GetTypes())
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let says = method.GetCustomAttribute<LoggerMessageAttribute>()
           where says is not null
           select (method, says),
    ];
}
