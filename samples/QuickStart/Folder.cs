namespace QuickStart;

/// <summary>The files to store.</summary>
internal static class Folder
{
    private static readonly HashSet<string> Skipped = new(StringComparer.OrdinalIgnoreCase) { ".git", "bin", "obj", "artifacts" };

    /// <summary>The folder with this repository, in which the program was built.</summary>
    public static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LightDfs.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException("The repository was not found above the program. Name a folder: QuickStart FOLDER.");
    }

    /// <summary>Every file below a folder, links and built things left out, in order of their paths.</summary>
    /// <exception cref="DirectoryNotFoundException">It is no folder; the message says what is there instead.</exception>
    public static List<FileInfo> FilesBelow(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(File.Exists(folder) ? $"'{folder}' is a file. Name the folder that it is in." : $"There is no folder '{folder}'.");
        }
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        var files = new List<FileInfo>();
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(folder)]);
        while (folders.TryPop(out var next))
        {
            files.AddRange(next.EnumerateFiles("*", options));
            foreach (var below in next.EnumerateDirectories("*", options).Where(below => !Skipped.Contains(below.Name)))
            {
                folders.Push(below);
            }
        }
        files.Sort((left, right) => string.CompareOrdinal(left.FullName, right.FullName));
        return files;
    }
}
