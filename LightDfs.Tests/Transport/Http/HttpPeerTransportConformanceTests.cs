using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using LightDfs.Transport.Http;
using Microsoft.Extensions.Time.Testing;

namespace LightDfs.Tests.Transport.Http;

[Tests(typeof(HttpPeerTransport))]
public class HttpPeerTransportConformanceTests : PeerTransportConformance
{
    private PeerHost? _host;

    protected override IReadOnlyList<string> SpellingsOfOneAddress =>
    [
        "http://files.example/app", "HTTP://Files.Example/app", "http://files.example:80/app/", " http://files.example/app// ", "http://files.example/x/../app",
    ];

    protected override IReadOnlyList<string> NoAddresses =>
    [
        "", " ", "10.0.0.1:5000", "localhost:5000", "/app", "ftp://h", "http://", "http://*:5000", "http://+:5000", "http://0.0.0.0:5000", "http://[::]:5000",
        "http://h:0", "http://h:70000", "http://user@h", "http://user:secret@h", "http://h/?a=b", "http://h?", "http://h/#a", "http://[fe80::1%25eth0]:5000", "file:///etc/passwd",
    ];

    protected override async ValueTask<PeerTransportSetup> CreateAsync(IPeerHandler handler)
    {
        // Its time stands still: how long a slow test takes ends no connection.
        _host = await PeerHost.StartAsync(handler, time: new FakeTimeProvider());
        return new PeerTransportSetup { Transport = _host.Transport, Address = _host.Address, UnreachableAddress = ClosedPort.Address() };
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
