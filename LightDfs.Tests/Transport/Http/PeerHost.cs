using LightDfs.Peers;
using LightDfs.Transport.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace LightDfs.Tests.Transport.Http;

/// <summary>A host app with the peer endpoint and a handler of the test's, without the machine behind it.</summary>
internal sealed class PeerHost : IAsyncDisposable
{
    private PeerHost(WebApplication app) => App = app;

    public WebApplication App { get; }

    public string Address => App.Urls.Single();

    public HttpPeerTransport Transport { get; private init; } = new();

    public static async Task<PeerHost> StartAsync(
        IPeerHandler handler, Action<WebApplicationBuilder>? services = null, Action<WebApplication>? middleware = null, bool map = true, bool testServer = false, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (testServer)
        {
            builder.WebHost.UseTestServer();
        }
        builder.Services.TryAddSingleton(handler);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }
        services?.Invoke(builder);
        var app = builder.Build();
        middleware?.Invoke(app);
        if (map)
        {
            app.MapLightDfs();
        }
        await app.StartAsync();
        return new PeerHost(app) { Transport = new HttpPeerTransport(time: time) };
    }

    public Task<PeerReply> SendAsync(int bodyLength = 0, string path = "") => Transport.SendAsync(
        Address + path,
        new PeerRequest { Head = new byte[] { 1, 2, 3 }, Proof = default, Body = bodyLength == 0 ? null : new MemoryStream(new byte[bodyLength]), BodyLength = bodyLength },
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Transport.Dispose();
        await App.DisposeAsync();
    }
}
