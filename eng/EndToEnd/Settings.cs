using System.Globalization;
using System.Runtime.InteropServices;

namespace EndToEnd;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings(int Files, string From)
{
    public const int AtOnce = 16;

    public const int UploadsAfterKill = 200;

    public const int Longest = 8 * 1024 * 1024;

    private const int Usual = 3000;
    private const int Short = 300;

    public static Settings Parse(string[] arguments)
    {
        // The SDK's own folder: the runtime's is three levels below it.
        var settings = new Settings(Usual, Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")));
        for (var i = 0; i < arguments.Length; i++)
        {
            settings = arguments[i] switch
            {
                "--short" => settings with { Files = Short },
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
        var all = new DirectoryInfo(From).EnumerateFiles("*", options)
            .Where(file => file.Length <= Longest)
            .OrderBy(file => file.FullName, StringComparer.Ordinal)
            .ToList();
        var count = Math.Min(Files, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }
}
