using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace LightDfs.Tests.DependencyInjection;

public sealed class OptionsTests
{
    [Test]
    public void Peers_are_the_union_of_calls_code_and_configuration()
    {
        var options = Read(
            services =>
            {
                services.AddLightDfs("http://127.0.0.1:1", "http://127.0.0.1:2");
                services.AddLightDfs("http://127.0.0.1:2", "http://127.0.0.1:3");
                services.Configure<LightDfsOptions>(o => o.Peers.Add("http://127.0.0.1:4"));
            },
            ("LightDfs:Peers:0", "http://127.0.0.1:1"), ("LightDfs:Peers:1", "http://127.0.0.1:5"));

        Assert.That(options.Peers, Is.EqualTo(Enumerable.Range(1, 5).Select(i => $"http://127.0.0.1:{i}")));
    }

    [Test]
    public void Configuration_wins_over_code_in_whatever_order()
    {
        var options = Read(
            services =>
            {
                services.Configure<LightDfsOptions>(o => (o.Replicas, o.Weight) = (4, 40));
                services.AddLightDfs();
                services.Configure<LightDfsOptions>(o => (o.Replicas, o.Weight) = (5, 50));
            },
            ("LightDfs:Replicas", "6"));

        Assert.That((options.Replicas, options.Weight), Is.EqualTo((6, 50)));
    }

    [Test]
    public void Post_configuring_wins_over_configuration()
    {
        var options = Read(
            services =>
            {
                services.AddLightDfs();
                services.PostConfigure<LightDfsOptions>(o => o.Replicas = 7);
            },
            ("LightDfs:Replicas", "6"));

        Assert.That(options.Replicas, Is.EqualTo(7));
    }

    [Test]
    public void Without_configuration_code_is_enough()
    {
        var services = new ServiceCollection();
        services.AddLightDfs("http://127.0.0.1:1");
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IOptions<LightDfsOptions>>().Value.Peers, Is.EqualTo(new[] { "http://127.0.0.1:1" }));
    }

    [Test]
    public void Defaults_are_valid_and_mean_one_machine()
    {
        var options = Read(services => services.AddLightDfs());

        Assert.That((options.Peers.Count, options.ClusterKey, options.Replicas), Is.EqualTo((0, (string?)null, 3)));
    }

    private static LightDfsOptions Read(Action<IServiceCollection> register, params (string Key, string Value)[] configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)).Build());
        register(services);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<LightDfsOptions>>().Value;
    }
}
