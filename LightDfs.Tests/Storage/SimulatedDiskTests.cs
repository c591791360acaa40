using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

public sealed class SimulatedDiskTests
{
    private static readonly byte[] Bytes = TestReplica.Of(20_000).Content;

    [Test]
    public void Reader_that_is_disposed_reads_no_more_and_is_counted_no_more()
    {
        var disk = Make(flushFile: true, flushDirectory: true);
        var (one, other) = (disk.OpenRead("/dir/file")!, disk.OpenRead("/dir/file")!);
        disk.Delete("/dir/file");
        Assert.That(disk.ReadersOf("/dir/file"), Is.EqualTo(2));

        one.Dispose();
        one.Dispose();

        Assert.That(disk.ReadersOf("/dir/file"), Is.EqualTo(1));
        Assert.Throws<ObjectDisposedException>(() => one.Read(0, new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => _ = one.Length);
        Assert.That(other.Read(0, new byte[100]), Is.EqualTo(100));
    }

    [Test]
    public void Crash_keeps_what_was_flushed_with_its_name()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            Assert.That(ReadAfter(Make(flushFile: true, flushDirectory: true).AfterCrash(seed)), Is.EqualTo(Bytes));
        }
    }

    [Test]
    public void Crash_loses_tears_or_keeps_what_was_not_flushed()
    {
        var left = Enumerable.Range(0, 50).Select(seed => ReadAfter(Make(flushFile: false, flushDirectory: true).AfterCrash(seed))).ToList();

        Assert.That(left, Has.Some.Length.Zero);
        Assert.That(left, Has.Some.Matches<byte[]?>(bytes => bytes!.Length == Bytes.Length && !bytes.AsSpan().SequenceEqual(Bytes)));
        Assert.That(left, Has.Some.Matches<byte[]?>(bytes => bytes!.Length > 0 && bytes.Length < Bytes.Length));
        Assert.That(left, Has.None.Null);
    }

    [Test]
    public void Crash_may_lose_a_name_that_was_not_flushed()
    {
        var left = Enumerable.Range(0, 50).Select(seed => ReadAfter(Make(flushFile: true, flushDirectory: false).AfterCrash(seed))).ToList();

        Assert.That(left, Has.Some.Null);
        Assert.That(left, Has.Some.EqualTo(Bytes));
    }

    [Test]
    public void Crash_may_undo_a_rename_or_a_delete_that_was_not_flushed()
    {
        var names = new HashSet<string>();
        for (var seed = 0; seed < 50; seed++)
        {
            var disk = Make(flushFile: true, flushDirectory: true);
            disk.Rename("/dir/file", "/dir/other");
            names.Add(string.Join(',', disk.AfterCrash(seed).FilesIn("/dir")));
        }

        Assert.That(names, Is.EquivalentTo(new[] { "file", "other", "file,other" }), "it may be done by half, but not so that neither name is there");
    }

    [Test]
    public void Kill_loses_nothing_and_flushes_nothing()
    {
        var left = Enumerable.Range(0, 50).Select(seed =>
        {
            var killed = Make(flushFile: false, flushDirectory: false).AfterKill();
            Assert.That(ReadAfter(killed), Is.EqualTo(Bytes));
            return ReadAfter(killed.AfterCrash(seed));
        });

        Assert.That(left, Has.Some.Null);
    }

    [Test]
    public void Disk_without_power_refuses_every_call()
    {
        var disk = Make(flushFile: true, flushDirectory: true);
        disk.AfterCrash(1);

        Assert.That(() => disk.FilesIn("/dir"), Throws.InstanceOf<StorageException>());
    }

    [Test]
    public void Planned_failure_hits_the_call_it_is_meant_for()
    {
        var disk = new SimulatedDisk();
        disk.Fail(DiskCall.CreateDirectory, StorageFailure.ReadOnly, after: 1);
        disk.CreateDirectory("/a");

        Assert.That(() => disk.CreateDirectory("/b"), Throws.InstanceOf<StorageException>().With.Property("Failure").EqualTo(StorageFailure.ReadOnly));
        Assert.That(() => disk.CreateDirectory("/b"), Throws.Nothing);
    }

    private static SimulatedDisk Make(bool flushFile, bool flushDirectory)
    {
        var disk = new SimulatedDisk();
        disk.CreateDirectory("/dir");
        disk.FlushDirectory("/");
        using var file = disk.CreateNew("/dir/file");
        file.Append(Bytes);
        if (flushFile)
        {
            file.Flush();
        }
        if (flushDirectory)
        {
            disk.FlushDirectory("/dir");
        }
        return disk;
    }

    private static byte[]? ReadAfter(SimulatedDisk disk)
    {
        using var file = disk.OpenRead("/dir/file");
        if (file is null)
        {
            return null;
        }
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }
}
