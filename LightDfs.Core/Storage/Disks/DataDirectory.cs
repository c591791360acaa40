namespace LightDfs.Storage.Disks;

/// <summary>Makes the data directory, and its parents, so that they outlive a crash.</summary>
internal static class DataDirectory
{
    /// <summary>The file that keeps a second process out. It is made after the directory is durable, so it proves that.</summary>
    public const string LockName = "lock";

    /// <param name="disk">Where.</param>
    /// <param name="root">The data directory.</param>
    /// <param name="flushing">Runs a flush, and remembers when it fails.</param>
    public static void Ensure(IDisk disk, string root, Action<Action> flushing)
    {
        if (disk.FileExists(Path.Combine(root, LockName)))
        {
            return;
        }
        var missing = new Stack<string>();
        var existing = root;
        while (!disk.DirectoryExists(existing))
        {
            missing.Push(existing);
            if (Path.GetDirectoryName(existing) is not { Length: > 0 } parent)
            {
                break;
            }
            existing = parent;
        }
        flushing(() => FlushNameOf(disk, existing));
        foreach (var directory in missing)
        {
            disk.CreateDirectory(directory);
            if (Path.GetDirectoryName(directory) is { Length: > 0 } parent)
            {
                flushing(() => disk.FlushDirectory(parent));
            }
        }
    }

    /// <summary>A run of this process that was killed may have made this directory without flushing its name.</summary>
    private static void FlushNameOf(IDisk disk, string directory)
    {
        if (Path.GetDirectoryName(directory) is not { Length: > 0 } parent)
        {
            return;
        }
        try
        {
            disk.FlushDirectory(parent);
        }
        catch (StorageException denied) when (denied.Failure == StorageFailure.ReadOnly)
        {
            // Who may not even open the parent did not make the directory: then its name is as old as the mount, and not ours to flush.
        }
    }
}
