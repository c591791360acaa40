using LightDfs.Storage;
using LightDfs.Storage.Disks;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

public sealed class PhysicalDiskTests
{
    private readonly PhysicalDisk _disk = new();
    private TempDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory()
    {
        _directory = new TempDirectory();
        _disk.CreateDirectory(_directory.Path);
    }

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void File_written_flushed_and_renamed_reads_back()
    {
        using (var writer = _disk.CreateNew(At("new")))
        {
            writer.Append([1, 2]);
            writer.Append([3]);
            writer.Flush();
        }
        _disk.Rename(At("new"), At("file"));
        _disk.FlushDirectory(_directory.Path);

        using var reader = _disk.OpenRead(At("file"));
        var bytes = new byte[5];
        Assert.That(reader!.Length, Is.EqualTo(3));
        Assert.That(reader.Read(1, bytes), Is.EqualTo(2));
        Assert.That(bytes, Is.EqualTo(new byte[] { 2, 3, 0, 0, 0 }));
        Assert.That(_disk.FilesIn(_directory.Path), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void File_that_is_there_is_not_made_anew()
    {
        _disk.CreateNew(At("file")).Dispose();

        Assert.That(() => _disk.CreateNew(At("file")), Throws.InstanceOf<StorageException>().With.Message.Contains(At("file")));
    }

    [Test]
    public void File_that_is_not_there_opens_as_null()
    {
        Assert.That(_disk.OpenRead(At("none")), Is.Null);
        Assert.That(_disk.OpenRead(At("none/none")), Is.Null);
        Assert.That(() => _disk.Delete(At("none")), Throws.Nothing);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Flush_of_a_directory_that_is_not_there_fails_and_names_it() =>
        Assert.That(() => _disk.FlushDirectory(At("none")), Throws.InstanceOf<StorageException>().With.Message.Contains(At("none")).And.Message.Contains("errno 2"));

    // A pipe can be written, and flushing it is an error that .NET's own flush swallows.
    [Test]
    [Platform("Linux")]
    public void Flush_that_the_system_refuses_is_a_failure()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);

        Assert.That(() => RandomAccess.FlushToDisk(handle), Throws.Nothing);
        Assert.That(() => NativeDisk.FlushFile(handle, "/the/pipe"), Throws.InstanceOf<StorageException>().With.Message.Contains("/the/pipe"));
    }

    [Test]
    [Platform("Linux")]
    public void Full_device_is_full()
    {
        using var handle = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        var cause = Assert.Catch<IOException>(() => RandomAccess.Write(handle, new byte[1], 0));

        Assert.That(DiskErrors.From(cause!, "write", "/dev/full").Failure, Is.EqualTo(StorageFailure.Full));
    }

    [TestCase(28, StorageFailure.Full)]
    [TestCase(30, StorageFailure.ReadOnly)]
    [TestCase(13, StorageFailure.ReadOnly)]
    [TestCase(5, StorageFailure.Failing)]
    [Platform(Exclude = "Win")]
    public void Error_of_the_system_becomes_the_failure_that_callers_tell_apart(int errno, StorageFailure failure)
    {
        var made = DiskErrors.FromErrno(errno, "write", "/some/path");

        Assert.That(made.Failure, Is.EqualTo(failure));
        Assert.That(made.Message, Does.StartWith("Cannot write '/some/path': "));
    }

    [Test]
    public void Access_denied_is_read_only() =>
        Assert.That(DiskErrors.From(new UnauthorizedAccessException("denied"), "write", "/some/path").Failure, Is.EqualTo(StorageFailure.ReadOnly));

    [Test]
    public void Lock_is_held_once_and_free_again_after()
    {
        using (_disk.Lock(At("lock")))
        {
            Assert.That(() => _disk.Lock(At("lock")), Throws.InstanceOf<StorageException>().With.Property("Failure").EqualTo(StorageFailure.InUse));
        }
        Assert.That(() => _disk.Lock(At("lock")).Dispose(), Throws.Nothing);
    }

    [Test]
    public void Free_space_is_less_than_the_disk()
    {
        var space = _disk.SpaceOf(_directory.Path);

        Assert.That(space.Free, Is.GreaterThan(0));
        Assert.That(space.Total, Is.GreaterThanOrEqualTo(space.Free));
    }

    private string At(string name) => Path.Combine(_directory.Path, name);
}
