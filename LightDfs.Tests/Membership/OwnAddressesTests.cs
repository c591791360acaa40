using LightDfs.Membership;
using LightDfs.Transport.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Which addresses a machine tells the others, with the addresses that a real server is bound to.</summary>
public sealed class OwnAddressesTests
{
    [Test]
    public void Wildcards_are_never_told()
    {
        using var transport = BoundTo("http://0.0.0.0:5000", "http://[::]:5000", "http://*:80", "http://+:80", "http://10.0.0.1:5000");

        Assert.That(new OwnAddresses(null, transport, Listed("http://10.0.0.2:5000")).Announced, Is.EqualTo(new[] { "http://10.0.0.1:5000" }));
    }

    [Test]
    public void Loopback_is_told_only_where_all_machines_are_on_one_host()
    {
        using var transport = BoundTo("http://127.0.0.1:5000", "http://localhost:5001");

        Assert.That(new OwnAddresses(null, transport, Listed("http://10.0.0.2:5000", "http://127.0.0.1:5000")).Announced, Is.Empty);
        Assert.That(new OwnAddresses(null, transport, Listed("http://127.0.0.1:5000")).Announced, Is.EqualTo(new[] { "http://127.0.0.1:5000", "http://localhost:5001" }));
    }

    [Test]
    public void Loopback_address_where_it_was_reached_is_told_no_more_once_machines_on_other_hosts_are_listed()
    {
        using var transport = BoundTo();
        var listed = Listed();
        var addresses = new OwnAddresses(null, transport, listed);
        addresses.ReachedAt("http://localhost:5000");
        addresses.ReachedAt("http://10.0.0.1:5000");

        listed.All = ["http://10.0.0.1:5000", "http://10.0.0.2:5000"];

        Assert.That(addresses.Announced, Is.EqualTo(new[] { "http://10.0.0.1:5000" }));
        Assert.That(addresses.Fit(["http://127.0.0.1:5000", "http://10.0.0.9:5000"]), Is.EqualTo(new[] { "http://10.0.0.9:5000" }));
    }

    [Test]
    public void Unprotected_address_is_not_told_where_all_listed_ones_are_protected()
    {
        using var transport = BoundTo("http://10.0.0.1:5000", "https://10.0.0.1:5001");

        Assert.That(new OwnAddresses(null, transport, Listed("https://10.0.0.2:5001")).Announced, Is.EqualTo(new[] { "https://10.0.0.1:5001" }));
    }

    [Test]
    public void Advertised_address_comes_first_and_is_no_proof_of_being_there()
    {
        using var transport = BoundTo("http://10.0.0.1:5000");
        var addresses = new OwnAddresses("https://files.example", transport, Listed("http://10.0.0.2:5000"));
        addresses.ReachedAt("http://10.0.0.1:6000");

        Assert.That(addresses.Announced, Is.EqualTo(new[] { "https://files.example", "http://10.0.0.1:6000", "http://10.0.0.1:5000" }));
        Assert.That(addresses.Known, Is.EqualTo(new[] { "http://10.0.0.1:6000", "http://10.0.0.1:5000" }));
    }

    [Test]
    public void Address_at_which_somebody_else_answers_is_no_longer_told()
    {
        using var transport = BoundTo();
        var addresses = new OwnAddresses(null, transport, Listed("http://10.0.0.2:5000"));
        addresses.ReachedAt("http://10.0.0.1:5000");

        addresses.LostAt("http://10.0.0.1:5000");

        Assert.That(addresses.Announced, Is.Empty);
    }

    [Test]
    public void Of_many_addresses_the_latest_are_kept()
    {
        using var transport = BoundTo();
        var addresses = new OwnAddresses(null, transport, Listed());

        foreach (var number in Enumerable.Range(1, 20))
        {
            addresses.ReachedAt($"http://10.0.0.{number}:5000");
        }

        Assert.That(addresses.Known, Is.EqualTo(Enumerable.Range(5, 16).Select(number => $"http://10.0.0.{number}:5000")));
    }

    private static HttpPeerTransport BoundTo(params string[] bound) => new() { Bound = () => bound };

    private static ListedAddresses Listed(params string[] addresses) => new() { All = [.. addresses] };
}
