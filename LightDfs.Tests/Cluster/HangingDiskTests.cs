using LightDfs.Storage;
using LightDfs.Storage.Disks;
using LightDfs.Storage.Volumes;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class HangingDiskTests
{
    [TestCase(0, false, TestName = "Disk that hangs when a file is made does not hold up the store (in files)")]
    [TestCase(0, true, TestName = "Disk that hangs when a file is written does not hold up the store (in files)")]
    [TestCase(1 << 20, false, TestName = "Disk that hangs when a file is made does not hold up the store (packed)")]
    [TestCase(1 << 20, true, TestName = "Disk that hangs when a file is written does not hold up the store (packed)")]
    public async Task Disk_that_hangs_in_the_machine_that_stores_does_not_hold_up_the_store(int packedBelow, bool isWritten)
    {
        using var disk = new HangingDisk(isWritten);
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.MakeStore = machine => machine == 0
            ? new FileReplicaStore(disk, "/data", 0, TimeProvider.System, NullLogger.Instance, new PackingSettings(packedBelow, 1 << 24))
            : null!);
        disk.Hangs = true;

        var stored = await Task.Run(() => cluster[0].StoreAsync(ClusterSteps.Bytes(1000))).WaitAsync(ClusterSteps.Guard);
        var read = await cluster[1].ReadAsync(stored.Id);
        disk.GoOn();

        Assert.That(stored.Copies, Is.EqualTo(2));
        Assert.That(read, Is.EqualTo(ClusterSteps.Bytes(1000)));
    }

    /// <summary>Holds up whoever makes a file, or writes to one, as a system call does on a disk that hangs.</summary>
    private sealed class HangingDisk(bool whenWritten) : IDisk, IDisposable
    {
        private readonly SimulatedDisk _inner = new();
        private readonly ManualResetEventSlim _goOn = new();

        public bool Hangs { get; set; }

        private bool IsHeldUpByWrites => whenWritten;

        public void GoOn() => _goOn.Set();

        public IDiskWriter CreateNew(string path)
        {
            WaitUnless(whenWritten);
            return new Writer(this, _inner.CreateNew(path));
        }

        public bool DirectoryExists(string path) => _inner.DirectoryExists(path);

        public bool FileExists(string path) => _inner.FileExists(path);

        public void CreateDirectory(string path) => _inner.CreateDirectory(path);

        public IReadOnlyList<string> FilesIn(string path) => _inner.FilesIn(path);

        public IReadOnlyList<string> DirectoriesIn(string path) => _inner.DirectoriesIn(path);

        public void Rename(string from, string to) => _inner.Rename(from, to);

        public void Delete(string path) => _inner.Delete(path);

        public void FlushDirectory(string path) => _inner.FlushDirectory(path);

        public void FlushFile(string path) => _inner.FlushFile(path);

        public IDiskReader? OpenRead(string path, bool atRandom = false) => _inner.OpenRead(path, atRandom);

        public DiskSpace SpaceOf(string path) => _inner.SpaceOf(path);

        public IDisposable Lock(string path) => _inner.Lock(path);

        public void Dispose()
        {
            GoOn();
            _goOn.Dispose();
        }

        private void WaitUnless(bool passes)
        {
            if (Hangs && !passes && !_goOn.Wait(ClusterSteps.Guard, CancellationToken.None))
            {
                throw new TimeoutException("Nobody let the disk go on.");
            }
        }

        private sealed class Writer(HangingDisk disk, IDiskWriter inner) : IDiskWriter
        {
            public void Append(ReadOnlySpan<byte> bytes)
            {
                disk.WaitUnless(!disk.IsHeldUpByWrites);
                inner.Append(bytes);
            }

            public void Flush() => inner.Flush();

            public void Dispose() => inner.Dispose();
        }
    }
}
