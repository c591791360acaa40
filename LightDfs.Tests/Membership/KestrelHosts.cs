using LightDfs.Tests.Storage;
using LightDfs.Tests.Transport.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LightDfs.Tests.Membership;

/// <summary>Three host apps over Kestrel on loopback that list each other, each with a disk of its own.</summary>
internal sealed class KestrelHosts(Action<IServiceCollection>? configure = null, Action<WebApplication>? map = null) : IAsyncDisposable
{
    private const int Size = 3;
    private readonly List<TempDirectory> _disks = [];

    /// <summary>The addresses that each has in its list.</summary>
    public IReadOnlyList<string> Listed { get; } = [.. Enumerable.Range(0, Size).Select(_ => ClosedPort.Address())];

    /// <summary>Those that run. What is put in here is disposed with them.</summary>
    public List<WebApplication> Running { get; } = [];

    public string DirectoryOf(int number) => _disks[number].Path;

    public async Task StartAsync()
    {
        foreach (var address in Listed)
        {
            _disks.Add(new TempDirectory());
            Running.Add(await StartAsync(address, _disks[^1].Path));
        }
    }

    /// <summary>Starts a host that lists the three.</summary>
    public async Task<WebApplication> StartAsync(string url, string directory)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.Services.AddLightDfs([.. Listed]);
        builder.Services.Configure<LightDfsOptions>(options => options.DataDirectory = directory);
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapLightDfs();
        map?.Invoke(app);
        await app.StartAsync();
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Running)
        {
            await host.DisposeAsync();
        }
        _disks.ForEach(disk => disk.Dispose());
    }
}
