using LightDfs.Chance;
using LightDfs.Files;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>What cannot be a file's id is refused here: no request leaves the machine.</summary>
public sealed class MisuseTests
{
    private static IEnumerable<TestCaseData<FileId>> NoFiles()
    {
        yield return new TestCaseData<FileId>(default).SetArgDisplayNames("default");
        yield return new TestCaseData<FileId>(FileId.Create(FileKind.Segment, DateTimeOffset.UtcNow, RandomSource.Strong)).SetArgDisplayNames("segment");
        yield return new TestCaseData<FileId>(new FileId(FileId.New().Value ^ 1)).SetArgDisplayNames("mistyped");
    }

    [TestCaseSource(nameof(NoFiles))]
    public async Task Id_of_no_file_is_refused_without_a_request(FileId id)
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var files = cluster[0].Files;
        var before = cluster.Requests();

        await Assert.ThrowsAsync<ArgumentException>(() => files.OpenAsync(id));
        await Assert.ThrowsAsync<ArgumentException>(() => files.FindAsync(id));
        await Assert.ThrowsAsync<ArgumentException>(() => files.DeleteAsync(id));
        await Assert.ThrowsAsync<ArgumentException>(() => files.OpenAsync(id, new LookupOptions { PlacementSalt = 1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => files.StoreAsync(new MemoryStream(), new StoreOptions { Id = id }));

        Assert.That(cluster.Requests(), Is.EqualTo(before));
    }

    [Test]
    public async Task Name_or_type_that_cannot_be_kept_is_refused_before_anything_is_read_or_sent()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync();
        var content = new MemoryStream(new byte[10]);
        var before = cluster.Requests();

        await Assert.ThrowsAsync<ArgumentException>(() => cluster[0].Files.StoreAsync(content, new StoreOptions { FileName = new string('x', 4097) }));
        await Assert.ThrowsAsync<ArgumentException>(() => cluster[0].Files.StoreAsync(content, new StoreOptions { ContentType = new string('x', 513) }));
        await Assert.ThrowsAsync<ArgumentException>(() => cluster[0].Files.StoreAsync(content, new StoreOptions { FileName = "\ud800" }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cluster[0].Files.StoreAsync(null!));

        Assert.That((cluster.Requests(), content.Position), Is.EqualTo((before, 0L)));
    }

    [Test]
    public async Task Call_on_a_machine_that_met_nobody_waits_for_the_start_timeout_only_and_says_why()
    {
        await using var cluster = LightDfsTestCluster.Create(3, options => options.ConfigureMachine = (_, machine) => machine.StartTimeout = TimeSpan.Zero);
        await cluster[0].StartAsync();

        var open = await Assert.ThrowsAsync<FileUnavailableException>(() => cluster[0].Files.OpenAsync(FileId.New()));
        var store = await Assert.ThrowsAsync<InsufficientReplicasException>(() => cluster[0].StoreAsync([1]));

        Assert.That(open.Message, Does.Contain("does not serve yet"));
        Assert.That(store.File, Is.Null);
    }
}
