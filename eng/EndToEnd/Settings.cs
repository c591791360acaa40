using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EndToEnd;

/// <summary>What the command line asks for.</summary>
/// <param name="Files">How many files of the folder.</param>
/// <param name="From">The folder.</param>
/// <param name="Streamed">Bytes of the upload whose length nobody tells.</param>
/// <param name="Downloaded">Bytes of the file that other programs download.</param>
/// <param name="Chaos">How long faults are injected.</param>
/// <param name="OnlyChaos">True leaves out everything else.</param>
/// <param name="Seed">What the chaos is drawn from.</param>
internal sealed record Settings(int Files, string From, long Streamed, long Downloaded, TimeSpan Chaos, bool OnlyChaos, int Seed)
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
        var settings = new Settings(int.MaxValue, folder, 5120 * Mebibyte, 1024 * Mebibyte, TimeSpan.FromMinutes(2), false, RandomNumberGenerator.GetInt32(int.MaxValue / 2));
        for (var i = 0; i < arguments.Length; i++)
        {
            settings = arguments[i] switch
            {
                "--short" => settings with { Files = 300, Streamed = (100 * Mebibyte) + 1, Downloaded = 100 * Mebibyte, Chaos = TimeSpan.FromSeconds(15) },
                "--files" when i + 1 < arguments.Length => settings with { Files = int.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                "--from" when i + 1 < arguments.Length => settings with { From = arguments[++i] },
                "--chaos" when i + 1 < arguments.Length => settings with { Chaos = DurationOf(arguments[++i]), OnlyChaos = true },
                "--seed" when i + 1 < arguments.Length => settings with { Seed = int.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                var unknown => throw new ArgumentException($"'{unknown}' is no option. Options: --files N, --short, --from FOLDER, --chaos DURATION, --seed N."),
            };
        }
        return settings;
    }

    /// <summary>Such as 90s or 10m.</summary>
    private static TimeSpan DurationOf(string text) => text[^1..] switch
    {
        "s" => TimeSpan.FromSeconds(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
        "m" => TimeSpan.FromMinutes(int.Parse(text[..^1], CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException($"'{text}' is no duration. Write 90s or 10m."),
    };

    /// <summary>Files to store, spread evenly over all that the folder has, so that a short run sees the same kinds and sizes.</summary>
    public List<FileInfo> Choose()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        var all = new DirectoryInfo(From).EnumerateFiles("*", options).OrderBy(file => file.FullName, StringComparer.Ordinal).ToList();
        var count = Math.Min(Files, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }
}
