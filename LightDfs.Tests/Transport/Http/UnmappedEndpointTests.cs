using LightDfs.Tests.DependencyInjection;
using LightDfs.Tests.Diagnostics;
using LightDfs.Testing.Storage;
using LightDfs.Testing.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http;

/// <summary>An app that forgets <c>MapLightDfs()</c> hears of it when it starts, not from the others' refusals.</summary>
public sealed class UnmappedEndpointTests
{
    [TestCase(false, true, false, ExpectedResult = 1)]
    [TestCase(false, false, false, ExpectedResult = 0, Description = "a machine alone is asked by nobody")]
    [TestCase(true, true, false, ExpectedResult = 0)]
    [TestCase(false, true, true, ExpectedResult = 0, Description = "another transport has endpoints of its own")]
    public async Task<int> Endpoint_that_is_not_mapped_is_told_at_the_start(bool isMapped, bool hasPeers, bool hasOtherTransport)
    {
        using var logs = new RecordedLogs();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var dfs = builder.Services.AddLightDfs(hasPeers ? [hasOtherTransport ? "memory://peer" : ClosedPort.Address()] : [])
            .UseReplicaStore(_ => new InMemoryReplicaStore()).UseMachineIdentityStore(_ => new InMemoryMachineIdentityStore());
        if (hasOtherTransport)
        {
            dfs.UseTransport(_ => TestParts.Transport);
            builder.Services.Configure<LightDfsOptions>(options => options.ClusterKey = "a key that is long enough");
        }
        await using var app = builder.Build();
        if (isMapped)
        {
            app.MapLightDfs();
        }

        await app.StartAsync();

        var warnings = logs.All.Where(line => line.Level == LogLevel.Warning && line.Message.Contains("app.MapLightDfs()", StringComparison.Ordinal)).ToList();
        await app.StopAsync();
        return warnings.Count;
    }
}
