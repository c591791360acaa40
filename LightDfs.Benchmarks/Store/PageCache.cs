using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LightDfs.Benchmarks.Store;

/// <summary>The system's cache of files. What lies below, in the disk itself or in the host of a virtual machine, cannot be emptied from here.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    /// <summary>The next reads of these files go to the disk. What is not flushed stays.</summary>
    public static void Evict(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var file = File.OpenHandle(path);
            if (Advise(file, 0, 0, DontNeed) is var failed && failed != 0)
            {
                throw new IOException($"The system keeps '{path}' in its cache (error {failed}), so reads from the disk cannot be measured.");
            }
        }
    }

    /// <summary>The whole file, where the length is 0.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
