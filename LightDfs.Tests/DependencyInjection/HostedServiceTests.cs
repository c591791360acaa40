using LightDfs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moq;
using NUnit.Framework;

namespace LightDfs.Tests.DependencyInjection;

public sealed class HostedServiceTests
{
    [Test]
    public async Task Host_whose_machine_cannot_start_starts_nothing_else()
    {
        var store = new Mock<IReplicaStore>();
        store.Setup(s => s.OpenAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new StorageException(StorageFailure.Failing, "broken by the test"));
        var earlier = new Mock<IHostedService>();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(earlier.Object);
        builder.Services.AddLightDfs().WithoutDisk().UseReplicaStore(_ => store.Object);
        await using var app = builder.Build();
        app.MapLightDfs();

        await Assert.CatchAsync(() => app.StartAsync());

        earlier.Verify(service => service.StartAsync(It.IsAny<CancellationToken>()), Times.Never);
        Assert.That(app.Lifetime.ApplicationStarted.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task Host_that_never_started_stops_without_a_machine()
    {
        var services = new ServiceCollection();
        services.AddLightDfs().WithoutDisk();
        await using var provider = services.BuildServiceProvider();
        var hosted = (IHostedLifecycleService)provider.GetServices<IHostedService>().First();

        await hosted.StoppingAsync(CancellationToken.None);
        await hosted.StopAsync(CancellationToken.None);
        await hosted.StoppedAsync(CancellationToken.None);

        Assert.That(await Assert.CatchAsync<InvalidOperationException>(() => hosted.StartAsync(CancellationToken.None)), Has.Message.Contains("IHostedLifecycleService"));
    }
}
