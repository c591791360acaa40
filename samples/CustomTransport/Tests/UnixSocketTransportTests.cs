using LightDfs.Peers;
using LightDfs.Testing.Conformance;
using NUnit.Framework;

namespace CustomTransport.Tests;

[TestFixture, Tests(typeof(UnixSocketTransport))]
public sealed class UnixSocketTransportTests : PeerTransportConformance
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lightdfs-");
    private UnixSocketListener? _listener;

    protected override IReadOnlyList<string> SpellingsOfOneAddress => ["unix:/run/lightdfs/a.sock", "UNIX:/run/lightdfs/a.sock", " unix:/run//lightdfs/x/../a.sock "];

    protected override IReadOnlyList<string> NoAddresses => ["", "a.sock", "/run/a.sock", "unix:", "unix:a.sock", "unix:/run/", "http://a", "unix:/" + new string('a', 200)];

    protected override async ValueTask<PeerTransportSetup> CreateAsync(IPeerHandler handler)
    {
        var address = $"unix:{_folder.FullName}/b.sock";
        _listener = new UnixSocketListener(address, handler);
        await _listener.StartAsync(CancellationToken.None);
        return new PeerTransportSetup { Transport = new UnixSocketTransport(), Address = address, UnreachableAddress = $"unix:{_folder.FullName}/nobody.sock" };
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (_listener is not null)
        {
            await _listener.StopAsync(CancellationToken.None);
            _listener.Dispose();
        }
        _folder.Delete(recursive: true);
    }
}
