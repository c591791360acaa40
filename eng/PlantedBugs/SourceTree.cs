using System.Runtime.CompilerServices;

namespace PlantedBugs;

/// <summary>A copy of the tracked sources, in which bugs are planted one at a time; what is built of it stays from bug to bug.</summary>
internal sealed class SourceTree : IDisposable
{
    private SourceTree(string folder) => Folder = folder;

    /// <summary>The repository that this program is built from.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public string Folder { get; }

    /// <summary>Copies what git tracks, as it is now.</summary>
    public static async Task<SourceTree> CopyAsync()
    {
        var tree = new SourceTree(Directory.CreateTempSubdirectory("lightdfs-planted-").FullName);
        var listed = await Command.RunAsync(Repository, "git", "ls-files", "-z");
        if (listed.ExitCode != 0)
        {
            throw new InvalidOperationException($"The tracked files of '{Repository}' cannot be listed: {listed.Output}");
        }
        foreach (var name in listed.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(name => File.Exists(Path.Combine(Repository, name))))
        {
            var copy = Path.Combine(tree.Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Repository, name), copy);
        }
        return tree;
    }

    /// <summary>Plants a bug.</summary>
    /// <returns>Why its patch does not apply; <see langword="null"/> when it did.</returns>
    public async Task<string?> PlantAsync(Bug bug)
    {
        var applied = await Command.RunAsync(Folder, "git", "apply", bug.Patch);
        return applied.ExitCode == 0 ? null : applied.Output.Trim().ReplaceLineEndings(" ");
    }

    /// <summary>Takes it out again.</summary>
    public async Task UprootAsync(Bug bug)
    {
        var applied = await Command.RunAsync(Folder, "git", "apply", "--reverse", bug.Patch);
        if (applied.ExitCode != 0)
        {
            throw new InvalidOperationException($"The patch of '{bug.Name}' could not be taken back: {applied.Output}");
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
