using LightDfs.Benchmarks.Targets;
using LightDfs.Storage;
using LightDfs.Storage.Volumes;

namespace LightDfs.Benchmarks.Store;

/// <summary>The same files packed, and in a file each, in turns: up to which size does packing pay?</summary>
internal static class ThresholdRun
{
    /// <summary>A turn of puts stops here, so that a fast disk is not filled.</summary>
    private const long MostBytes = 256L << 20;
    private const int MostFiles = 400_000;
    private static readonly int[] Kilobytes = [4, 16, 64, 128, 256, 512, 1024];

    public static async Task<int> RunAsync(StoreSettings settings)
    {
        using var folder = new DataFolder(settings.Folder);
        Console.WriteLine("A store that packs everything beside one that packs nothing. Medians of the rounds; CPU for each put, packed and in files; gets from the page cache; others: processors that everybody else used, the kernel's writing for us included.");
        Console.WriteLine(ThresholdRow.Head);
        foreach (var kilobytes in Kilobytes)
        {
            foreach (var writers in settings.Writers)
            {
                Console.WriteLine(await MeasureAsync(folder, kilobytes * 1024, writers, settings));
            }
        }
        return 0;
    }

    private static async Task<ThresholdRow> MeasureAsync(DataFolder folder, int size, int writers, StoreSettings settings)
    {
        var (packed, inFiles) = (await SideAsync(folder, Stores.Everything, size), await SideAsync(folder, PackingSettings.Off, size));
        foreach (var side in (Side[])[packed, inFiles])
        {
            await side.WarmUpAsync(writers, settings.Seconds / 2);
        }
        for (var round = 0; round < settings.Rounds; round++)
        {
            // Each round begins with the other one.
            foreach (var side in (Side[])(round % 2 == 0 ? [packed, inFiles] : [inFiles, packed]))
            {
                await side.TurnAsync(writers, settings.Seconds);
            }
        }
        foreach (var side in (Side[])[packed, inFiles])
        {
            await side.Store.DisposeAsync();
            folder.Leave(side.Directory);
        }
        return new ThresholdRow(size, writers, packed.Puts, inFiles.Puts, packed.Gets, inFiles.Gets);
    }

    private static async Task<Side> SideAsync(DataFolder folder, PackingSettings packing, int size)
    {
        var directory = folder.Next();
        var store = Stores.In(directory, packing);
        await store.OpenAsync();
        return new Side(directory, store, new StoreLoad(store, new FileId[MostFiles], size), (int)(MostBytes / size));
    }

    private sealed record Side(string Directory, FileReplicaStore Store, StoreLoad Load, int MostPuts)
    {
        public List<Spell> Puts { get; } = [];

        public List<Spell> Gets { get; } = [];

        public async Task WarmUpAsync(int writers, double seconds)
        {
            await PutAsync(writers, seconds);
            await Load.GetAsync(writers, new Deadline(seconds / 2));
        }

        public async Task TurnAsync(int writers, double seconds)
        {
            Puts.Add(await Spell.OfAsync(() => PutAsync(writers, seconds)));
            Gets.Add(await Spell.OfAsync(() => Load.GetAsync(writers, new Deadline(seconds / 2))));
        }

        private Task<int> PutAsync(int writers, double seconds) => Load.PutAsync(writers, Load.Stored + MostPuts, new Deadline(seconds));
    }
}
