using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LightDfs.Storage.Disks;

/// <summary>
/// The calls that .NET does not have, or whose errors it swallows: its own flush ignores EROFS, EINVAL and ENOTSUP, and it opens no directories.
/// </summary>
internal static partial class NativeDisk
{
    private const int Interrupted = 4; // EINTR, the same everywhere
    private const int FullFlush = 51; // F_FULLFSYNC: on macOS fsync stops at the drive's cache

    public static void FlushFile(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }
        Retry(() => OperatingSystem.IsMacOS() ? ControlFile(handle, FullFlush) : OperatingSystem.IsLinux() ? FlushData(handle) : Flush(handle), "flush", path);
    }

    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS journals names in order, and there is no way to flush a directory without administrator's rights.
            return;
        }
        // Without O_DIRECTORY, whose number differs by processor: what is not a directory was refused long before.
        var closeOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : OperatingSystem.IsFreeBSD() ? 0x100000 : 0x80000;
        var descriptor = Retry(() => Open(path, closeOnExec), "open directory", path);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Retry(() => OperatingSystem.IsMacOS() ? ControlFile(handle, FullFlush) : Flush(handle), "flush directory", path);
    }

    public static DiskSpace WindowsSpaceOf(string path) =>
        GetDiskFreeSpace(path, out var free, out var total, out _)
            ? new DiskSpace((long)Math.Min(total, long.MaxValue), (long)Math.Min(free, long.MaxValue))
            : throw DiskErrors.FromErrno(Marshal.GetLastPInvokeError(), "ask for the free space of", path);

    private static int Retry(Func<int> call, string doing, string path)
    {
        while (true)
        {
            var result = call();
            if (result >= 0)
            {
                return result;
            }
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Interrupted)
            {
                throw DiskErrors.FromErrno(errno, doing, path);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlFile(SafeFileHandle file, int command);

    [LibraryImport("kernel32", EntryPoint = "GetDiskFreeSpaceExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetDiskFreeSpace(string directory, out ulong free, out ulong total, out ulong freeOfAll);
}
