using LightDfs.Files;
using LightDfs.Repair.Rounds;
using LightDfs.Testing.Chance;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Testing.Time;
using LightDfs.Tests.Cluster;
using LightDfs.Tests.Repair;
using NUnit.Framework;

namespace LightDfs.Tests.Regressions;

/// <summary>
/// A machine that had got an old copy of its disk back, and then took part in the store of a file, set that file aside with all that it alone held when the other holder was lost:
/// an acknowledged file was gone by the loss of one disk. Only what is older than the round that its peers remember can have been deleted and forgotten without it.
/// </summary>
public sealed class YoungFileOnOldDiskTests
{
    private readonly SimulatedTime _time = new();

    [Test]
    public async Task File_from_after_the_remembered_round_goes_to_its_owners_though_the_disk_is_an_old_copy()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options =>
        {
            options.Time = _ => _time;
            options.ConfigureMachine = (_, machine) => machine.ReplaceAfter = null;
        });
        await cluster.PassDaysAsync(_time, 1);
        var rounds = (await cluster[2].Store.LoadDocumentAsync(RoundsDocument.Name))!.Value;
        var older = FileId.New(_time);
        await cluster.PassDaysAsync(_time, 1);
        await cluster[2].StopAsync();
        await cluster[2].Store.OpenAsync();
        await cluster[2].Store.SaveDocumentAsync(RoundsDocument.Name, rounds);
        var replica = TestReplica.Of(1000);
        // Its clock is somewhat behind.
        var young = FileId.Create(FileKind.File, _time.GetUtcNow() - TimeSpan.FromSeconds(50), new SeededRandom(1));
        await cluster[2].PlantAsync(young, replica);
        await cluster[2].PlantAsync(older, replica);
        await cluster[2].Store.DisposeAsync();

        await cluster[2].StartAsync();
        await cluster.ReconcileAsync();

        Assert.That(cluster.HoldersOf(young), Has.Count.EqualTo(3));
        Assert.That(cluster[2].Cluster.SetAside.Select(one => one.Id), Is.EqualTo(new[] { older }), "which may have been deleted and forgotten meanwhile");
    }
}
