using System.Globalization;
using System.Runtime.InteropServices;

namespace EndToEnd;

/// <summary>What the command line asks for.</summary>
/// <param name="Files">How many files of the folder.</param>
/// <param name="From">The folder.</param>
/// <param name="Streamed">Bytes of the upload whose length nobody tells.</param>
/// <param name="Downloaded">Bytes of the file that other programs download.</param>
internal sealed record Settings(int Files, string From, long Streamed, long Downloaded)
{
    public const int AtOnce = 16;

    public const int UploadsAfterKill = 200;

    /// <summary>Segments of the servers, which are started with the default.</summary>
    public const int Segment = 8 * 1024 * 1024;

    private const long Mebibyte = 1024 * 1024;

    public static Settings Parse(string[] arguments)
    {
        // The SDK's own folder: the runtime's is three levels below it.
        var folder = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        var settings = new Settings(int.MaxValue, folder, 5120 * Mebibyte, 1024 * Mebibyte);
        for (var i = 0; i < arguments.Length; i++)
        {
            settings = arguments[i] switch
            {
                "--short" => settings with { Files = 300, Streamed = (100 * Mebibyte) + 1, Downloaded = 100 * Mebibyte },
                "--files" when i + 1 < arguments.Length => settings with { Files = int.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                "--from" when i + 1 < arguments.Length => settings with { From = arguments[++i] },
                var unknown => throw new ArgumentException($"'{unknown}' is no option. Options: --files N, --short, --from FOLDER."),
            };
        }
        return settings;
    }

    /// <summary>Files to store, spread evenly over all that the folder has, so that a short run sees the same kinds and sizes.</summary>
    public List<FileInfo> Choose()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        var all = new DirectoryInfo(From).EnumerateFiles("*", options).OrderBy(file => file.FullName, StringComparer.Ordinal).ToList();
        var count = Math.Min(Files, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }
}
