using LightDfs;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Time;
using NUnit.Framework;

namespace CustomTransport.Tests;

/// <summary>What an app's own tests look like: whole machines in memory, and bad days at will. Only public members are used.</summary>
public sealed class InvoiceTests
{
    private static readonly byte[] Pdf = [.. Enumerable.Range(0, 200_000).Select(number => (byte)(number * 7))];

    [Test]
    public async Task Invoice_is_there_when_the_machine_that_took_it_is_gone()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(machines: 3);
        var id = await new Invoices(cluster[0].Files).SaveAsync(new MemoryStream(Pdf), CancellationToken.None);

        await cluster[0].KillAsync();

        Assert.That(await ReadAsync(cluster[1], id), Is.EqualTo(Pdf));
    }

    [Test]
    public async Task Invoice_is_exact_when_a_disk_goes_bad()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = await new Invoices(cluster[0].Files).SaveAsync(new MemoryStream(Pdf), CancellationToken.None);
        var holder = cluster.Machines.First(machine => machine.Store.Find(id) is not null);

        holder.Damage(id, offset: 100_000);

        Assert.That(await ReadAsync(holder, id), Is.EqualTo(Pdf));
    }

    [Test]
    public async Task Invoice_is_stored_and_found_while_two_machines_do_not_reach_each_other()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        cluster.Cut(0, 2);
        await cluster.SettleAsync();

        var id = await new Invoices(cluster[0].Files).SaveAsync(new MemoryStream(Pdf), CancellationToken.None);

        Assert.That(await ReadAsync(cluster[2], id), Is.EqualTo(Pdf));
        cluster.Mend(0, 2);
        await cluster.SettleAsync();
        Assert.That(cluster[0].Cluster.Status.Machines.Select(machine => machine.State), Has.All.EqualTo(MachineState.Up));
    }

    [Test]
    public async Task Missing_invoice_is_unavailable_and_not_missing_while_a_machine_is_silent()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        cluster[2].TakeDown();

        await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.OpenAsync(FileId.New()));

        cluster[2].BringUp();
        await cluster.SettleAsync();
        Assert.That(await cluster[0].Files.OpenAsync(FileId.New()), Is.Null);
    }

    [Test]
    public async Task Machine_that_was_stopped_comes_back_as_the_same_with_its_files()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var id = await new Invoices(cluster[0].Files).SaveAsync(new MemoryStream(Pdf), CancellationToken.None);
        var machine = cluster[1].Id;

        await cluster[1].StopAsync();
        await cluster[1].StartAsync();
        await cluster.SettleAsync();

        Assert.That(cluster[1].Id, Is.EqualTo(machine));
        Assert.That(await ReadAsync(cluster[1], id), Is.EqualTo(Pdf));
    }

    [Test]
    public async Task Clock_that_is_wrong_is_reported()
    {
        var time = new SimulatedTime();
        await using var cluster = await LightDfsTestCluster.StartAsync(configure: options =>
            options.Time = index => time.CreateClock(ahead: index == 1 ? TimeSpan.FromHours(1) : TimeSpan.Zero));

        Assert.That(cluster[0].Cluster.Status.Problems, Has.Some.Contains("clock"));
    }

    [Test]
    public async Task Invoice_that_expires_is_gone_everywhere()
    {
        var time = new SimulatedTime();
        await using var cluster = await LightDfsTestCluster.StartAsync(configure: options => options.Time = _ => time);
        var stored = await cluster[0].Files.StoreAsync(new MemoryStream(Pdf), new StoreOptions { ExpiresAfter = TimeSpan.FromHours(1) });

        await time.AdvanceAsync(TimeSpan.FromHours(1));
        await cluster.ExpireAsync();

        Assert.That(await cluster[1].Files.FindAsync(stored.Id), Is.Null);
    }

    private static async Task<byte[]> ReadAsync(TestMachine machine, FileId id)
    {
        await using var opened = await machine.Files.OpenAsync(id);
        var read = new MemoryStream();
        await opened!.Content.CopyToAsync(read);
        return read.ToArray();
    }

    private sealed class Invoices(IFileStore files)
    {
        public async Task<FileId> SaveAsync(Stream pdf, CancellationToken cancellationToken)
        {
            var stored = await files.StoreAsync(pdf, new StoreOptions { FileName = "invoice.pdf", ContentType = "application/pdf" }, cancellationToken);
            return stored.Id;
        }
    }
}
