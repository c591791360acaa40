using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace LightDfs.Tests.DependencyInjection;

public sealed class OptionsValidationTests
{
    private const string Key = "sixteen letters!";

    [TestCase("DataDirectory", " ", "LightDfs:DataDirectory is empty")]
    [TestCase("ClusterName", "", "LightDfs:ClusterName has 0 characters")]
    [TestCase("ClusterName", "65", "LightDfs:ClusterName has 65 characters")]
    [TestCase("Zone", "65", "LightDfs:Zone is null or has 65 characters")]
    [TestCase("Weight", "0", "LightDfs:Weight is 0")]
    [TestCase("Weight", "16777217", "LightDfs:Weight is 16777217")]
    [TestCase("Replicas", "0", "LightDfs:Replicas is 0")]
    [TestCase("Replicas", "17", "LightDfs:Replicas is 17")]
    [TestCase("SegmentSize", "0", "LightDfs:SegmentSize is 0")]
    [TestCase("SegmentSize", "65537", "LightDfs:SegmentSize is 65537")]
    [TestCase("TransferMemory", "16777215", "LightDfs:TransferMemory is 16777215")]
    [TestCase("Reserve", "-1", "LightDfs:Reserve is -1")]
    [TestCase("StartTimeout", "-00:00:01", "LightDfs:StartTimeout is -00:00:01")]
    [TestCase("StartTimeout", "01:00:01", "LightDfs:StartTimeout is 01:00:01")]
    [TestCase("ScrubPeriod", "00:59:59", "LightDfs:ScrubPeriod is 00:59:59")]
    [TestCase("ScrubPeriod", "365.00:00:01", "LightDfs:ScrubPeriod is 365.00:00:01")]
    [TestCase("ReplaceAfter", "00:00:59", "LightDfs:ReplaceAfter is 00:00:59; allowed are 00:01:00 to 30.00:00:00")]
    [TestCase("ReplaceAfter", "30.00:00:01", "LightDfs:ReplaceAfter is 30.00:00:01")]
    [TestCase("ClusterKey", "", "LightDfs:ClusterKey has 0 characters")]
    [TestCase("ClusterKey", "fifteen letters", "LightDfs:ClusterKey has 15 characters")]
    [TestCase("PreviousClusterKey", Key, "LightDfs:PreviousClusterKey is set without LightDfs:ClusterKey")]
    [TestCase("Peers:0", "10.0.0.1:5000", "LightDfs:Peers has '10.0.0.1:5000': '10.0.0.1:5000' is no absolute http or https URL. The address of a machine looks like http")]
    [TestCase("Peers:0", "", "LightDfs:Peers has an empty entry")]
    [TestCase("AdvertisedAddress", "10.0.0.1:5000", "LightDfs:AdvertisedAddress is '10.0.0.1:5000': '10.0.0.1:5000' is no absolute http or https URL. The address of a machine looks like http")]
    [TestCase("AdvertisedAddress", "http://0.0.0.0:5000", "is a wildcard to listen on, and reaches nobody")]
    [TestCase("AdvertisedAddress", " ", "LightDfs:AdvertisedAddress is empty")]
    [TestCase("AdvertisedAddress", "http://10.0.0.1:5000", "There is no cluster key, but 'http://10.0.0.1:5000' can be reached from other hosts")]
    [TestCase("Peers", "http://127.0.0.1:1", "LightDfs:Peers is the text 'http://127.0.0.1:1', but it is a list")]
    [TestCase("Peers:0", "http://10.0.0.1:5000", "openssl rand -base64 32 - and set it on every machine as LightDfs:ClusterKey (environment: LightDfs__ClusterKey)")]
    public void Bad_value_has_its_own_message(string option, string value, string expected)
    {
        var failures = Failures((option, value == "65" ? new string('a', 65) : value));

        Assert.That(failures, Has.Count.EqualTo(1).And.One.Contains(expected));
    }

    [TestCase("Weight", "16777216")]
    [TestCase("Replicas", "1")]
    [TestCase("Replicas", "16")]
    [TestCase("SegmentSize", "65536")]
    [TestCase("TransferMemory", "16777216")]
    [TestCase("Reserve", "0")]
    [TestCase("ScrubPeriod", "01:00:00")]
    [TestCase("ScrubPeriod", "365.00:00:00")]
    [TestCase("StartTimeout", "00:00:00")]
    [TestCase("StartTimeout", "01:00:00")]
    [TestCase("ReplaceAfter", "00:01:00")]
    [TestCase("ReplaceAfter", "30.00:00:00")]
    [TestCase("ReplaceAfter", "")]
    [TestCase("ClusterKey", Key)]
    [TestCase("Peers:0", "http://localhost:5000")]
    [TestCase("Peers:0", "http://[::1]:5000")]
    public void Edge_value_is_allowed(string option, string value) => Assert.That(Failures((option, value)), Is.Empty);

    [Test]
    public void Exposed_peer_is_allowed_with_a_key() => Assert.That(Failures(("Peers:0", "http://10.0.0.1:5000"), ("ClusterKey", Key), ("PreviousClusterKey", Key)), Is.Empty);

    [Test]
    public void Segment_beyond_the_longest_is_refused() =>
        Assert.That(Failures(("SegmentSize", "67174400"), ("TransferMemory", "200000000")), Has.Count.EqualTo(1).And.One.Contains("LightDfs:SegmentSize is 67174400"));

    [Test]
    public void Previous_key_is_as_long_as_any() =>
        Assert.That(Failures(("ClusterKey", Key), ("PreviousClusterKey", "fifteen letters")), Has.Count.EqualTo(1).And.One.Contains("LightDfs:PreviousClusterKey has 15"));

    [Test]
    public void Exposed_peers_are_all_named_and_local_ones_are_not()
    {
        var failures = Failures(("Peers:0", "http://127.0.0.1:1"), ("Peers:1", "http://10.0.0.1:1"), ("Peers:2", "http://files.example"));

        Assert.That(failures, Has.Count.EqualTo(1).And.One.Contains("'http://10.0.0.1:1', 'http://files.example' can be reached"));
    }

    [Test]
    public void Every_problem_is_reported_at_once() => Assert.That(
        Failures(("Replicas", "0"), ("Weight", "0"), ("SegmentSize", "1"), ("TransferMemory", "1"), ("Zone", new string('z', 65)), ("ClusterKey", "short"), ("Peers:0", "nonsense"), ("Peers:1", "ftp://h")),
        Has.Count.EqualTo(8));

    [TestCase("Weight", "abc", "LightDfs:Weight is 'abc', but it must be a whole number")]
    [TestCase("Weight", "", "LightDfs:Weight is '', but it must be a whole number")]
    [TestCase("Replicas", "3.5", "LightDfs:Replicas is '3.5'")]
    [TestCase("SegmentSize", "4294967296", "LightDfs:SegmentSize is '4294967296', but it must be a whole number of up to 10 digits")]
    [TestCase("TransferMemory", "96 MiB", "LightDfs:TransferMemory is '96 MiB'")]
    [TestCase("Reserve", "1%", "LightDfs:Reserve is '1%', but it must be a whole number of bytes")]
    [TestCase("AllowUnlistedMachines", "yes", "LightDfs:AllowUnlistedMachines is 'yes', but it must be true or false")]
    [TestCase("AbandonedAfter", "1d", "LightDfs:AbandonedAfter is '1d', but it must be a time such as 00:00:10")]
    [TestCase("TombstoneRetention", "week", "LightDfs:TombstoneRetention is 'week'")]
    [TestCase("ScrubPeriod", "25:00:00:00:00", "LightDfs:ScrubPeriod is '25:00:00:00:00'")]
    [TestCase("StartTimeout", "10s", "LightDfs:StartTimeout is '10s'")]
    public void Value_that_cannot_be_read_is_told_with_all_other_problems(string option, string value, string expected)
    {
        Assert.That(Failures((option, value)), Has.Count.EqualTo(1).And.One.Contains(expected));
        Assert.That(Failures((option, value), ("ClusterName", ""), ("Peers:0", "nonsense")), Has.Count.EqualTo(3).And.One.Contains(expected));
    }

    [TestCase("Peer:0", "http://localhost:1", "LightDfs:Peer is no option. Is LightDfs:Peers meant?")]
    [TestCase("clusterkeys", Key, "LightDfs:clusterkeys is no option. Is LightDfs:ClusterKey meant?")]
    [TestCase("Replica", "2", "LightDfs:Replica is no option. Is LightDfs:Replicas meant?")]
    [TestCase("ReplaceAftr", "00:20:00", "LightDfs:ReplaceAftr is no option. Is LightDfs:ReplaceAfter meant?")]
    [TestCase("Colour", "green", "LightDfs:Colour is no option. There are AbandonedAfter, AdvertisedAddress, AllowUnlistedMachines, ")]
    public void Key_that_nobody_knows_is_told_with_all_other_problems(string option, string value, string expected)
    {
        Assert.That(Failures((option, value)), Has.Count.EqualTo(1).And.One.StartsWith(expected));
        Assert.That(Failures((option, value), ("ClusterName", ""), ("Weight", "abc")), Has.Count.EqualTo(3).And.One.StartsWith(expected));
    }

    [TestCase("Peers:0:Address", "http://localhost:1", "LightDfs:Peers:0 is a section with keys of its own, but it must be a text.")]
    [TestCase("ClusterName:Value", "mine", "LightDfs:ClusterName is a section with keys of its own, but it must be a text.")]
    public void Section_where_a_text_belongs_is_told(string option, string value, string expected) =>
        Assert.That(Failures((option, value)), Is.EqualTo(new[] { expected }));

    [TestCase("replicas", "3")]
    [TestCase("PEERS:0", "http://localhost:1")]
    public void Key_is_known_in_any_case(string option, string value) => Assert.That(Failures((option, value)), Is.Empty);

    [Test]
    public void Key_of_every_option_is_known() => Assert.That(
        Failures([.. typeof(LightDfsOptions).GetProperties().Select(option => (option.Name == "Peers" ? "Peers:0" : option.Name, "nonsense"))]), Has.None.Contains("is no option"));

    [Test]
    public void Every_value_that_cannot_be_read_is_told() =>
        Assert.That(Failures(("Weight", "abc"), ("Replicas", "many"), ("StartTimeout", "soon"), ("Zone", new string('z', 65))), Has.Count.EqualTo(4));

    [Test]
    public void Keys_are_never_repeated() =>
        Assert.That(Failures(("ClusterKey", "my-secret"), ("PreviousClusterKey", "old-secret")), Has.Count.EqualTo(2).And.None.Contains("my-secret").And.None.Contains("old-secret"));

    [Test]
    public void Missing_transport_says_how_to_get_one()
    {
        var services = new ServiceCollection();
        services.AddLightDfsCore();
        using var provider = services.BuildServiceProvider();

        var thrown = Assert.Throws<OptionsValidationException>(() => _ = provider.GetRequiredService<IOptions<LightDfsOptions>>().Value);

        Assert.That(thrown!.Failures, Has.One.Contains("AddLightDfs(").And.One.Contains("UseTransport<T>()"));
    }

    [Test]
    public async Task Host_with_bad_options_does_not_start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["LightDfs:Replicas"] = "0";
        builder.Services.AddLightDfs("http://10.0.0.1:5000").WithoutDisk();
        await using var app = builder.Build();
        app.MapLightDfs();

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());

        Assert.That(thrown!.Failures.Count(), Is.EqualTo(2));
        Assert.That(app.Lifetime.ApplicationStarted.IsCancellationRequested, Is.False);
    }

    private static List<string> Failures(params (string Option, string Value)[] values)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => "LightDfs:" + pair.Option, pair => (string?)pair.Value)).Build());
        services.AddLightDfs();
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<LightDfsOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }
}
