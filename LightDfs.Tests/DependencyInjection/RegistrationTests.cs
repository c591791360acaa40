using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Network;
using LightDfs.Transport.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moq;
using NUnit.Framework;

namespace LightDfs.Tests.DependencyInjection;

public sealed class RegistrationTests
{
    [Test]
    public void Registering_twice_changes_nothing()
    {
        var services = new ServiceCollection();
        services.AddLightDfs("http://127.0.0.1:5000");
        var once = services.ToList();

        services.AddLightDfs("http://127.0.0.1:5000");
        services.AddLightDfsCore("http://127.0.0.1:5000");

        Assert.That(services, Is.EqualTo(once));
    }

    [Test]
    public async Task Every_face_comes_from_one_machine()
    {
        var services = new ServiceCollection();
        services.AddLightDfsCore().WithoutDisk().UseTransport(_ => TestParts.Transport);
        await using var provider = services.BuildServiceProvider();

        var machine = provider.GetRequiredService<LightDfsMachine>();

        Assert.That(provider.GetServices<LightDfsMachine>(), Is.EqualTo(new[] { machine }));
        Assert.That(services.Where(service => service.ServiceType == typeof(IFileStore) || service.ServiceType == typeof(ICluster) || service.ServiceType == typeof(IPeerHandler))
            .Select(service => service.Lifetime), Is.EqualTo(Enumerable.Repeat(ServiceLifetime.Singleton, 3)));
        Assert.That(services.Count(service => service.ServiceType == typeof(IHostedService)), Is.EqualTo(1));
    }

    [Test]
    public async Task Machine_is_made_of_the_chosen_parts()
    {
        var (ring, identity, store, source) = (new RendezvousHashRing(), Mock.Of<IMachineIdentityStore>(), Mock.Of<IReplicaStore>(), Mock.Of<IPeerSource>());
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddLightDfsCore("MEMORY://A").UseTransport(_ => TestParts.Transport).UseHashRing(_ => ring).UseMachineIdentityStore(_ => identity)
            .UseReplicaStore(_ => store).UsePeerSource(_ => source);
        services.Configure<LightDfsOptions>(options => options.ClusterKey = "sixteen and more");
        await using var provider = services.BuildServiceProvider();

        var parts = provider.GetRequiredService<LightDfsMachine>().Parts;

        Assert.Multiple(() =>
        {
            Assert.That(parts.Transport, Is.SameAs(TestParts.Transport));
            Assert.That(parts.RingPrototype, Is.SameAs(ring));
            Assert.That(parts.Identity, Is.SameAs(identity));
            Assert.That(parts.Store, Is.SameAs(store));
            Assert.That(parts.Peers, Is.SameAs(source));
            Assert.That(parts.Time, Is.SameAs(time));
        });
    }

    [Test]
    public async Task Default_peer_source_lists_the_normalised_peers()
    {
        var services = new ServiceCollection();
        services.AddLightDfsCore("MEMORY://A", "memory://b", "memory://a/").WithoutDisk().UseTransport(_ => TestParts.Transport);
        services.Configure<LightDfsOptions>(options => options.ClusterKey = "sixteen and more");
        await using var provider = services.BuildServiceProvider();

        var machine = provider.GetRequiredService<LightDfsMachine>();

        Assert.That(await machine.Parts.Peers.GetPeersAsync(), Is.EqualTo(new[] { "memory://a", "memory://b" }));
        Assert.That(machine.Parts.Options.Peers, Is.EqualTo(new[] { "memory://a", "memory://b" }));
    }

    [Test]
    public async Task Chosen_types_are_made_by_the_container()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new InMemoryNetwork());
        services.AddLightDfsCore().WithoutDisk().UseTransport<HttpPeerTransport>().UsePeerSource<NoPeers>().UseHashRing<TokenHashRing>();
        await using var provider = services.BuildServiceProvider();

        var parts = provider.GetRequiredService<LightDfsMachine>().Parts;

        Assert.That(parts, Has.Property("Transport").TypeOf<HttpPeerTransport>().And.Property("Peers").TypeOf<NoPeers>().And.Property("RingPrototype").TypeOf<TokenHashRing>());
        Assert.That(parts.RingPrototype.Kind, Is.EqualTo(new TokenHashRing().Kind));
    }

    [Test]
    public async Task Chosen_transport_stays_whichever_comes_first([Values] bool chosenFirst, [Values] bool afterwards)
    {
        var services = new ServiceCollection();
        if (chosenFirst)
        {
            services.AddLightDfsCore().UseTransport(_ => TestParts.Transport);
            services.AddLightDfs();
        }
        else
        {
            services.AddLightDfs().UseTransport(_ => TestParts.Transport);
        }
        if (afterwards)
        {
            services.AddLightDfs();
        }
        await using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetServices<IPeerTransport>(), Is.EqualTo(new[] { TestParts.Transport }));
    }

    [Test]
    public async Task Parts_registered_before_are_kept()
    {
        var source = Mock.Of<IPeerSource>();
        var services = new ServiceCollection();
        services.AddSingleton(source);
        services.AddLightDfs();
        await using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetServices<IPeerSource>(), Is.EqualTo(new[] { source }));
    }

    [Test]
    public async Task Peer_handler_is_configured_in_order_before_its_first_use()
    {
        var calls = new List<string>();
        var services = new ServiceCollection();
        services.AddLightDfs().ConfigurePeerHandler(handler => calls.Add($"first {handler.UseProxy}")).ConfigurePeerHandler(_ => calls.Add("second"));
        await using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IPeerTransport>(), Is.TypeOf<HttpPeerTransport>());
        Assert.That(calls, Is.EqualTo(new[] { "first False", "second" }));
    }

    [Test]
    public void Null_peer_is_misuse() => Assert.Throws<ArgumentException>(() => new ServiceCollection().AddLightDfs("http://127.0.0.1:1", null!));

    [Test]
    public async Task Relative_data_directory_is_below_the_content_root([Values("data/here", "/var/lightdfs")] string directory)
    {
        var root = Path.Combine(Path.GetTempPath(), "content-root");
        var services = new ServiceCollection();
        services.AddSingleton(Mock.Of<IHostEnvironment>(environment => environment.ContentRootPath == root));
        services.AddLightDfsCore().WithoutDisk().UseTransport(_ => TestParts.Transport);
        services.Configure<LightDfsOptions>(options => options.DataDirectory = directory);
        await using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<LightDfsMachine>().Parts.Options.DataDirectory, Is.EqualTo(Path.GetFullPath(directory, root)));
    }

    [Test]
    public async Task Machine_gets_every_option()
    {
        var expected = new Dictionary<string, string?>
        {
            ["DataDirectory"] = "/somewhere/else", ["ClusterName"] = "name", ["ClusterKey"] = "sixteen and more", ["PreviousClusterKey"] = "sixteen and older", ["Zone"] = "zone",
            ["AdvertisedAddress"] = "memory://me", ["AllowUnlistedMachines"] = "True", ["Weight"] = "2", ["Replicas"] = "4", ["SegmentSize"] = "131072", ["TransferMemory"] = "262144", ["Reserve"] = "5", ["StartTimeout"] = "00:00:01", ["ReplaceAfter"] = "00:20:00",
            ["AbandonedAfter"] = "02:00:00", ["TombstoneRetention"] = "1.00:00:00", ["ScrubPeriod"] = "3.00:00:00",
        };
        var settable = typeof(LightDfsOptions).GetProperties().Where(property => property.CanWrite).ToList();
        Assert.That(expected.Keys, Is.EquivalentTo(settable.Select(property => property.Name)), "a new option needs a place here, and in LightDfsSettings");
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(expected.ToDictionary(pair => "LightDfs:" + pair.Key, pair => pair.Value)).Build());
        services.AddLightDfsCore().WithoutDisk().UseTransport(_ => TestParts.Transport);
        await using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<LightDfsMachine>().Parts.Options;

        Assert.That(settable.ToDictionary(property => property.Name, property => property.GetValue(options)!.ToString()), Is.EquivalentTo(expected));
    }

    private sealed class NoPeers : IPeerSource
    {
        public ValueTask<IReadOnlyList<string>> GetPeersAsync(CancellationToken cancellationToken = default) => new([]);
    }
}
