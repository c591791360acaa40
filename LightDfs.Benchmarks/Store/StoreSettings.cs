using System.Globalization;

namespace LightDfs.Benchmarks.Store;

/// <summary>How to measure a store alone, and how much of it.</summary>
internal sealed record StoreSettings
{
    /// <summary>Files that are stored.</summary>
    public int Count { get; init; } = 10_000_000;

    /// <summary>Bytes of each.</summary>
    public int Size { get; init; } = 1024;

    /// <summary>How many put, or get, at once. Many files are filled in by the last number, and measured with the first; thresholds are measured with each.</summary>
    public IReadOnlyList<int> Writers { get; init; } = [64, 1024];

    /// <summary>How often each store has its turn.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Length of a turn.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>Where data goes: it must be a disk.</summary>
    public string Folder { get; init; } = Path.GetFullPath("artifacts/benchmarks/data");

    /// <exception cref="ArgumentException">There is no such option, or no such value.</exception>
    public static StoreSettings Parse(string[] options, StoreSettings defaults)
    {
        var settings = defaults;
        for (var i = 0; i < options.Length; i += 2)
        {
            var value = i + 1 < options.Length ? options[i + 1] : throw new ArgumentException($"'{options[i]}' lacks its value.");
            settings = options[i] switch
            {
                "--count" => settings with { Count = int.Parse(value, CultureInfo.InvariantCulture) },
                "--size" => settings with { Size = int.Parse(value, CultureInfo.InvariantCulture) },
                "--writers" => settings with { Writers = [.. value.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))] },
                "--rounds" => settings with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--seconds" => settings with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--folder" => settings with { Folder = Path.GetFullPath(value) },
                var unknown => throw new ArgumentException($"'{unknown}' is no option. Options: --count N, --size BYTES, --writers N[,N], --rounds N, --seconds N, --folder DIR."),
            };
        }
        return settings.Count >= 10 && settings.Size >= StoreLoad.IdSize && settings.Rounds >= 1 && settings.Seconds > 0 && settings.Writers.All(writers => writers > 0)
            ? settings
            : throw new ArgumentException($"There are at least 10 files of {StoreLoad.IdSize} bytes, one round and one writer, and a turn takes more than 0 seconds.");
    }
}
