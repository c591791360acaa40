using LightDfs.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>The bad days of identity once more, over real servers, sockets and disks.</summary>
public sealed class OverKestrelTests
{
    private KestrelHosts _hosts = null!;

    [SetUp]
    public async Task StartThree()
    {
        _hosts = new KestrelHosts();
        await _hosts.StartAsync();
        await Task.WhenAll(_hosts.Running.Select(host => Machine(host).Ready)).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [TearDown]
    public async Task StopAll() => await _hosts.DisposeAsync();

    [Test]
    public async Task Machine_restarted_on_another_port_with_unchanged_lists_is_served_again()
    {
        var stored = await Files(_hosts.Running[0]).StoreAsync(new MemoryStream([1, 2, 3]));
        var id = Machine(_hosts.Running[2]).Cluster.Status.Self!.Value;
        await _hosts.Running[2].DisposeAsync();

        // Port 0: nobody but the server knows it.
        _hosts.Running[2] = await _hosts.StartAsync("http://127.0.0.1:0", _hosts.DirectoryOf(2));
        await Machine(_hosts.Running[2]).Ready.WaitAsync(TimeSpan.FromSeconds(60));
        await RoundsAsync();

        Assert.That(Machine(_hosts.Running[2]).Cluster.Status.Self, Is.EqualTo(id));
        foreach (var host in _hosts.Running.Take(2))
        {
            var moved = Machine(host).Cluster.Status.Machines.Single(machine => machine.Id == id);
            Assert.That((moved.State, moved.Addresses[0], Machine(host).Cluster.Status.Members), Is.EqualTo((MachineState.Up, _hosts.Running[2].Urls.Single(), 3)));
        }
        Assert.That((await Files(_hosts.Running[2]).FindAsync(stored.Id))!.Id, Is.EqualTo(stored.Id));
        Assert.That((await Files(_hosts.Running[0]).StoreAsync(new MemoryStream([4]))).Copies, Is.EqualTo(3));
    }

    [Test]
    public async Task Data_directory_that_was_emptied_gives_no_new_id()
    {
        await _hosts.Running[2].DisposeAsync();
        Directory.Delete(_hosts.DirectoryOf(2), recursive: true);

        _hosts.Running[2] = await _hosts.StartAsync(_hosts.Listed[2], _hosts.DirectoryOf(2));
        await RoundsAsync();

        Assert.That(Machine(_hosts.Running[2]).Cluster.Status.Self, Is.Null);
        Assert.That(Machine(_hosts.Running[2]).Cluster.Status.NotReadyBecause, Does.Contain("Mount that machine's data directory"));
        Assert.That(Machine(_hosts.Running[0]).Cluster.Status.Problems, Has.One.Contains("Mount that machine's data directory"));
    }

    [Test]
    public async Task Copied_data_directory_stays_out_while_the_original_is_up()
    {
        using var copy = new TempDirectory();
        Copy(_hosts.DirectoryOf(2), copy.Path);
        await using var host = await _hosts.StartAsync("http://127.0.0.1:0", copy.Path);
        _hosts.Running.Add(host);

        await RoundsAsync();

        Assert.That(Machine(host).Cluster.Status.NotReadyBecause, Does.Contain("give it an empty data directory"));
        Assert.That(Machine(_hosts.Running[2]).Cluster.Status.IsReady, Is.True);
        Assert.That(Machine(_hosts.Running[0]).Cluster.Status.Problems, Has.One.Contains("Two machines run with the id"));
    }

    private static LightDfsMachine Machine(WebApplication host) => host.Services.GetRequiredService<LightDfsMachine>();

    private static IFileStore Files(WebApplication host) => host.Services.GetRequiredService<IFileStore>();

    /// <summary>Two rounds of what each machine does every second, besides what they do by themselves.</summary>
    private async Task RoundsAsync()
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var host in _hosts.Running)
            {
                await Machine(host).Discovery.RoundAsync(CancellationToken.None);
                await Machine(host).Heartbeats.BeatAllAsync(CancellationToken.None);
            }
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var directory in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, directory)));
        }
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
