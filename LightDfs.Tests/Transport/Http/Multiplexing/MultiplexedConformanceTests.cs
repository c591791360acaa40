using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Transport.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http.Multiplexing;

/// <summary>The transport once its multiplexed connection is open: whatever way a request takes, nobody can tell.</summary>
[Tests(typeof(HttpPeerTransport))]
public sealed class MultiplexedConformanceTests : HttpPeerTransportConformanceTests
{
    protected override async ValueTask<PeerTransportSetup> CreateAsync(IPeerHandler handler)
    {
        var setup = await base.CreateAsync(handler);
        await ((HttpPeerTransport)setup.Transport).Connections.OpenAsync(setup.Address);
        Assert.That(((HttpPeerTransport)setup.Transport).Connections.Find(setup.Address), Is.Not.Null, "there is no connection");
        return setup;
    }
}
