using LightDfs.Benchmarks.Options;

namespace LightDfs.Benchmarks.Store;

/// <summary>How to measure a store alone, and how much of it.</summary>
internal sealed record StoreSettings
{
    private const int LeastCount = 10;

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

    /// <summary>For many files in one store.</summary>
    /// <exception cref="WrongOptionException">There is no such option, or no such value.</exception>
    public static StoreSettings OfFiles(string[] options)
    {
        var settings = new StoreSettings();
        var reader = new OptionReader("files", options);
        while (reader.Next())
        {
            settings = reader.Option switch
            {
                "--count" => settings with { Count = reader.Number(LeastCount) },
                "--size" => settings with { Size = reader.Number(StoreLoad.IdSize) },
                _ => settings.Also(reader),
            };
        }
        return settings;
    }

    /// <summary>For packed files beside a file each.</summary>
    /// <exception cref="WrongOptionException">There is no such option, or no such value.</exception>
    public static StoreSettings OfThreshold(string[] options)
    {
        var settings = new StoreSettings { Writers = [16, 64], Seconds = 2 };
        var reader = new OptionReader("threshold", options);
        while (reader.Next())
        {
            settings = reader.Option == "--rounds" ? settings with { Rounds = reader.Number(least: 1) } : settings.Also(reader);
        }
        return settings;
    }

    private StoreSettings Also(OptionReader reader) => reader.Option switch
    {
        "--writers" => this with { Writers = reader.Numbers(least: 1) },
        "--seconds" => this with { Seconds = reader.Seconds(0, isMore: true) },
        "--folder" => this with { Folder = Path.GetFullPath(reader.Value()) },
        _ => throw reader.Unknown(),
    };
}
