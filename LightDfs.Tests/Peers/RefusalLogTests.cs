using LightDfs.Diagnostics;
using LightDfs.Peers;
using LightDfs.Testing.Network;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>What is logged of refusals, on both sides: enough to know whom to look at, and no flood.</summary>
public sealed class RefusalLogTests
{
    private static readonly ClusterKeys Other = new("lightdfs", "another secret of enough length", null);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Test]
    public async Task Requests_that_are_refused_are_logged_once_a_minute_for_each_address_whatever_their_ports()
    {
        var node = new Node(new InMemoryNetwork(), 2, _time);

        await RefuseAsync(node, Enumerable.Range(0, 77).Select(port => $"10.0.0.9:{48_000 + port}"));
        await RefuseAsync(node, ["[fd00::1]:48000", "[fd00::1]:48001", "elsewhere"]);
        var first = node.Logs.Of(LogEvents.RequestRefused);
        _time.Advance(TimeSpan.FromMinutes(1));
        await RefuseAsync(node, ["10.0.0.9:50000", "10.0.0.9:50001"]);

        Assert.That(first, Has.Count.EqualTo(3));
        Assert.That(first[0], Does.StartWith("A request from 10.0.0.9 was refused: ").And.Contain("none of this machine's keys").And.Contain($"Unproven, it says that it comes from machine '{Samples.Machine(1)}'"));
        Assert.That(first[1], Does.StartWith("A request from fd00::1 was refused: "));
        Assert.That(node.Logs.Of(LogEvents.RequestRefused).Skip(3).ToList(), Has.Count.EqualTo(1).And.All.Contains("Not logged since the last such message: 76."));
    }

    [TestCase("10.0.0.9:48000", "10.0.0.9")]
    [TestCase("[fd00::1]:48000", "fd00::1")]
    [TestCase("fd00::1", "fd00::1")]
    [TestCase("name:1", "name")]
    [TestCase("memory://node-1", "memory://node-1")]
    [TestCase("this host", "this host")]
    [TestCase("", "")]
    [TestCase(":1", ":1")]
    [TestCase("a:", "a:")]
    public void Host_is_told_without_its_port(string remote, string host) => Assert.That(RefusalPace.HostOf(remote), Is.EqualTo(host));

    [Test]
    public async Task Addresses_without_end_are_neither_remembered_nor_logged_without_end()
    {
        var node = new Node(new InMemoryNetwork(), 2, _time);

        await RefuseAsync(node, Enumerable.Range(0, 5000).Select(number => $"10.1.{number / 250}.{number % 250}:1"));
        var first = node.Logs.Of(LogEvents.RequestRefused).Count;
        _time.Advance(TimeSpan.FromMinutes(1));
        await RefuseAsync(node, ["10.2.0.1:1"]);

        Assert.That(first, Is.LessThan(1100));
        Assert.That(node.Logs.Of(LogEvents.RequestRefused), Has.Count.EqualTo(first + 1));
    }

    [Test]
    public async Task Machine_whose_proof_is_refused_says_so_once_until_it_changes()
    {
        var network = new InMemoryNetwork();
        var (a, b) = (new Node(network, 1, _time), new Node(network, 2, _time, Other));
        var c = new Node(network, 2, _time);
        network.Attach(b.Address, b.Server);

        await AskAsync(a, b.Address);
        await AskAsync(a, b.Address);
        var first = Warnings(a);
        network.Detach(b.Address);
        await AskAsync(a, b.Address);
        network.Attach(b.Address, b.Server);
        await AskAsync(a, b.Address);
        var again = Warnings(a).Count;
        network.Attach(b.Address, c.Server);
        await AskAsync(a, b.Address);
        network.Attach(b.Address, b.Server);
        await AskAsync(a, b.Address);
        var soon = Warnings(a).Count;
        _time.Advance(TimeSpan.FromMinutes(1));
        network.Attach(b.Address, c.Server);
        await AskAsync(a, b.Address);
        network.Attach(b.Address, b.Server);
        await AskAsync(a, b.Address);

        Assert.That(first, Has.Count.EqualTo(1).And.All.Contains($"'{b.Address}'").And.All.Contains("it refused this machine's proof. Are LightDfs:ClusterName and LightDfs:ClusterKey the same on both"));
        Assert.That(again, Is.EqualTo(1), "a machine that is away for a moment has not changed");
        Assert.That(soon, Is.EqualTo(1), "a name may lead to several processes in turn");
        Assert.That(Warnings(a), Has.Count.EqualTo(2));
    }

    private static async Task AskAsync(Node node, string address)
    {
        try
        {
            await using var answer = await node.Client.AskAsync(address, TimeSpan.FromSeconds(3), CancellationToken.None);
        }
        catch (PeerUnreachableException)
        {
            // Refused, or nobody there.
        }
    }

    private static async Task RefuseAsync(Node node, IEnumerable<string> remotes)
    {
        var head = Samples.Request with { Sender = Samples.Card with { Machine = Samples.Machine(1) } };
        var encoded = head.Encode();
        foreach (var remote in remotes)
        {
            var reply = await node.Server.HandleAsync(
                new PeerRequest { Head = encoded, Proof = Other.SignRequest(encoded.Span), Body = null, BodyLength = 0 }, new PeerConnection(IsProtected: false, IsLoopback: false, remote), CancellationToken.None);
            Assert.That(reply.Status, Is.EqualTo(PeerStatus.Refused));
        }
    }

    private static List<string> Warnings(Node node) => [.. node.Logs.All.Where(line => line.Level == LogLevel.Warning).Select(line => line.Message)];
}
