using LightDfs.Benchmarks.Options;

namespace LightDfs.Benchmarks.Targets;

/// <summary>
/// Where a run keeps its data. What cases leave is deleted when much has gathered and at the end, not at once: after many deletions ext4 takes far longer to create files for a while, which would be
/// measured with the next case.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const long MostTrash = 12L << 30;
    private readonly DirectoryInfo _root;
    private readonly List<(DirectoryInfo Directory, long Bytes)> _trash = [];
    private int _cases;

    /// <exception cref="WrongOptionException">Nothing can be kept there.</exception>
    public DataFolder(string path)
    {
        try
        {
            DeleteWhatEndedRunsLeft(path);
            _root = Directory.CreateDirectory(Path.Combine(path, $"run-{Environment.ProcessId}"));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new WrongOptionException($"--folder '{path}' cannot be used: {cause.Message}");
        }
        if (new DriveInfo(_root.FullName).DriveFormat is "tmpfs" or "ramfs")
        {
            _root.Delete();
            throw new WrongOptionException($"--folder '{path}' is in memory, not on a disk: nothing there is durable.");
        }
    }

    public string Next() => _root.CreateSubdirectory((++_cases).ToString("d3", null)).FullName;

    /// <summary>A case is done with its directory.</summary>
    public void Leave(string directory)
    {
        var left = new DirectoryInfo(directory);
        _trash.Add((left, left.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)));
        if (_trash.Sum(item => item.Bytes) > MostTrash)
        {
            _trash.ForEach(item => item.Directory.Delete(recursive: true));
            _trash.Clear();
        }
    }

    private static void DeleteWhatEndedRunsLeft(string path)
    {
        foreach (var left in Directory.Exists(path) ? Directory.GetDirectories(path, "run-*") : [])
        {
            if (!Directory.Exists($"/proc/{Path.GetFileName(left)["run-".Length..]}"))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    public void Dispose() => _root.Delete(recursive: true);
}
