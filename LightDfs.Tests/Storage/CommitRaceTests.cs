using LightDfs.Chance;
using LightDfs.Storage;
using LightDfs.Storage.Volumes;
using LightDfs.Storage.Index;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

/// <summary>What changes under an id between the look that a commit takes first and the one that counts.</summary>
public sealed class CommitRaceTests
{
    private static readonly TestReplica Replica = TestReplica.Of(Pages.Size + 100);
    private static readonly FileId Id = TestReplica.Id(1);

    [Test]
    public async Task Replica_found_damaged_while_an_equal_one_commits_is_replaced_by_a_whole_and_flushed_one()
    {
        // The moment that matters cannot be seen from outside: it is tried at many.
        for (var round = 0; round < 300; round++)
        {
            var disk = new SimulatedDisk();
            var files = FilesOn(disk);
            await using (var first = await WriterAsync(files))
            {
                await first.CommitAsync();
            }
            await using var again = await WriterAsync(files);
            Task<CommitOutcome> commit;
            using (await files.Locks.EnterAsync(Id, CancellationToken.None))
            {
                commit = again.CommitAsync().AsTask();
                for (var turn = 0; turn < round % 10; turn++)
                {
                    await Task.Yield();
                }
                Thread.SpinWait(round * 100);
                files.Index.MarkDamaged(Id, files.Index.Held(Id)!.Value.Generation);
            }

            Assert.That(await commit, Is.EqualTo(CommitOutcome.Stored));
            var left = disk.AfterCrash(round).OpenRead(files.Paths.ReplicaOf(Id));
            Assert.That(left, Is.Not.Null);
            Assert.That(ReplicaTrailer.Read(left!, Id)?.Version, Is.EqualTo(Replica.Record.Version), $"round {round}");
        }
    }

    private static ReplicaFiles FilesOn(SimulatedDisk disk)
    {
        var files = new ReplicaFiles(disk, "/data", 0, TimeProvider.System, PackingSettings.Off, RandomSource.Strong, NullLogger.Instance);
        foreach (var directory in new[] { files.Paths.Root, files.Paths.Temp, files.Paths.Replicas })
        {
            disk.CreateDirectory(directory);
        }
        disk.FlushDirectory("/");
        disk.FlushDirectory(files.Paths.Root);
        files.Health.Open();
        return files;
    }

    private static async Task<FileReplicaWriter> WriterAsync(ReplicaFiles files)
    {
        var writer = new FileReplicaWriter(files, Id, Replica.Record);
        await writer.AppendAsync(Replica.Content);
        return writer;
    }
}
