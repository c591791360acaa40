using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using LightDfs.Tests.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Hosts over Kestrel that stop while requests run. The hosts' own time-out is far beyond what a test waits: a stop that needed it would fail here.</summary>
public sealed class LeavingOverKestrelTests
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromHours(1);
    private KestrelHosts _hosts = null!;

    [SetUp]
    public async Task StartThree()
    {
        _hosts = new KestrelHosts(services => services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout), app => app.MapLightDfsFiles());
        await _hosts.StartAsync();
        foreach (var host in _hosts.Running)
        {
            var machine = host.Services.GetRequiredService<LightDfsMachine>();
            await machine.Ready.WaitAsync(ClusterSteps.Guard);
            using var guard = new CancellationTokenSource(ClusterSteps.Guard);
            while (machine.Directory.All.Count(peer => peer.TakesFiles) < 2)
            {
                await machine.Heartbeats.BeatAllAsync(guard.Token);
            }
        }
    }

    [TearDown]
    public async Task StopAll() => await _hosts.DisposeAsync();

    [TestCase(0, Description = "the one that takes the upload")]
    [TestCase(1, Description = "one that is sent a copy")]
    public async Task Upload_that_runs_when_a_host_stops_is_stored_and_the_stop_ends_with_it(int stopped)
    {
        var content = ClusterSteps.Bytes(200_000);
        using var client = new HttpClient { BaseAddress = new Uri(_hosts.Running[0].Urls.Single()) };
        var body = new HeldBody(content);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files") { Content = body, Headers = { ExpectContinue = true } };
        var upload = client.SendAsync(request);
        // The server asks for the body when the endpoint reads it: from then on the request runs.
        await body.Begun.WaitAsync(ClusterSteps.Guard);

        var address = new Uri(_hosts.Running[stopped].Urls.Single());
        var stopping = _hosts.Running[stopped].StopAsync();
        await NoLongerListensAsync(address);
        body.GoOn();
        using var response = await upload.WaitAsync(ClusterSteps.Guard);
        await stopping.WaitAsync(ClusterSteps.Guard);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        var id = FileId.Parse((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
        await using var opened = await _hosts.Running[2].Services.GetRequiredService<IFileStore>().OpenAsync(id);
        Assert.That(await opened!.Content.ToEndAsync(), Is.EqualTo(content));
    }

    [Test]
    public async Task Host_under_load_stops_and_breaks_off_nothing()
    {
        var content = ClusterSteps.Bytes(100_000);
        using var stop = new CancellationTokenSource();
        var files = _hosts.Running[1].Services.GetRequiredService<IFileStore>();
        var begun = new TaskCompletionSource();
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var stored = await files.StoreAsync(new MemoryStream(content));
                await using var opened = await files.OpenAsync(stored.Id);
                Assert.That(await opened!.Content.ToEndAsync(), Is.EqualTo(content));
                begun.TrySetResult();
            }
        })));
        await begun.Task.WaitAsync(ClusterSteps.Guard);

        await _hosts.Running[2].StopAsync().WaitAsync(ClusterSteps.Guard);

        await stop.CancelAsync();
        await load.WaitAsync(ClusterSteps.Guard);
    }

    private static async Task NoLongerListensAsync(Uri address)
    {
        using var guard = new CancellationTokenSource(ClusterSteps.Guard);
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address.Host, address.Port, guard.Token);
            }
            catch (SocketException failure)
            {
                // A connection that was waiting when the listener closed is reset; only the next one is refused.
                if (failure.SocketErrorCode == SocketError.ConnectionRefused)
                {
                    return;
                }
            }
        }
    }

    /// <summary>A body of which the second half is held back.</summary>
    private sealed class HeldBody(byte[] content) : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void GoOn() => _goOn.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(content.AsMemory(0, content.Length / 2));
            await stream.FlushAsync();
            _begun.SetResult();
            await _goOn.Task;
            await stream.WriteAsync(content.AsMemory(content.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length;
            return true;
        }
    }
}
