using LightDfs.Files;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Conformance;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class HangingDiskTests
{
    [Test]
    public async Task Disk_that_hangs_in_the_machine_that_stores_does_not_hold_up_the_store()
    {
        using var disk = new HangingStore();
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.MakeStore = machine => machine == 0 ? disk : null!);
        disk.Hangs = true;

        var stored = await Task.Run(() => cluster[0].StoreAsync(ClusterSteps.Bytes(1000))).WaitAsync(ClusterSteps.Guard);
        var read = await cluster[1].ReadAsync(stored.Id);
        disk.GoOn();

        Assert.That(stored.Copies, Is.EqualTo(2));
        Assert.That(read, Is.EqualTo(ClusterSteps.Bytes(1000)));
    }

    /// <summary>Holds up whoever begins a write, as a system call does on a disk that hangs.</summary>
    private sealed class HangingStore : BrokenReplicaStore, IDisposable
    {
        private readonly ManualResetEventSlim _goOn = new();

        public bool Hangs { get; set; }

        public void GoOn() => _goOn.Set();

        public override ValueTask<IReplicaWriter> BeginAsync(FileId id, FileRecord record, CancellationToken cancellationToken = default)
        {
            if (Hangs && !_goOn.Wait(ClusterSteps.Guard, CancellationToken.None))
            {
                throw new TimeoutException("Nobody let the disk go on.");
            }
            return base.BeginAsync(id, record, cancellationToken);
        }

        public void Dispose()
        {
            GoOn();
            _goOn.Dispose();
        }
    }
}
