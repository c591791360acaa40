using System.Globalization;

namespace EndToEnd.Chaos;

/// <summary>A disk of limited size for one machine, in memory, which really runs full. Needs root; it is unmounted with this object, or else by the next run.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Prefix = "lightdfs-small-disk-";
    private const int Size = 512;
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    /// <summary>Where a machine can keep its data.</summary>
    public string DataDirectory => Path.Combine(_path, "data");

    private string Filler => Path.Combine(_path, "filler");

    /// <summary>Mounts one; or says why it cannot be had here.</summary>
    public static async Task<(SmallDisk? Disk, string? Why)> TryMountAsync()
    {
        if (!Programs.CanRunAsRoot("mount"))
        {
            return (null, "mounting a small disk takes Linux and root");
        }
        foreach (var left in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*").Where(path => !Programs.IsRunning(Path.GetFileName(path)[Prefix.Length..])))
        {
            new SmallDisk(left).Dispose();
        }
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}"));
        Directory.CreateDirectory(path);
        var (code, words) = await Programs.RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={Size}m"), "tmpfs", path);
        if (code != 0)
        {
            Directory.Delete(path);
            return (null, $"mount: {words}");
        }
        return (new SmallDisk(path), null);
    }

    /// <summary>Writes until not a byte more fits.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var length = 1024 * 1024; length > 0;)
        {
            try
            {
                file.Write(new byte[length]);
            }
            catch (IOException)
            {
                length /= 2;
            }
        }
    }

    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        // At once for everybody, even where something still has a file open.
        Programs.RunAsync("umount", "-l", _path).GetAwaiter().GetResult();
        Directory.Delete(_path);
    }
}
