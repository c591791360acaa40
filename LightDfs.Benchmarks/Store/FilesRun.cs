using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Targets;
using LightDfs.Storage;
using LightDfs.Storage.Volumes;

namespace LightDfs.Benchmarks.Store;

/// <summary>Fills one store with millions of small files, and says what they cost: memory, disk, start-up, and whether puts and gets get slower.</summary>
internal sealed class FilesRun(StoreSettings settings, string directory)
{
    private const int Steps = 10;
    private readonly FileId[] _ids = new FileId[settings.Count];

    public static async Task<int> RunAsync(StoreSettings settings)
    {
        using var folder = new DataFolder(settings.Folder);
        await new FilesRun(settings, folder.Next()).RunAsync();
        return 0;
    }

    private async Task RunAsync()
    {
        FilesReport.Head(settings);
        // Ours, and resident before anything is compared with it.
        Array.Fill(_ids, FileId.New());
        var before = MemoryUse.Now();
        var stored = await FillAsync(before);
        await StartAsync("start-up from checkpoints, files in the page cache", before, isCold: false);
        await StartAsync("start-up from checkpoints, files from the disk", before, isCold: true);
        foreach (var checkpoint in Directory.GetFiles(directory, "*" + ReplicaPaths.CheckpointSuffix, SearchOption.AllDirectories))
        {
            File.Delete(checkpoint);
        }
        await StartAsync("start-up without checkpoints, files from the disk", before, isCold: true);
        await UseAsync(stored);
    }

    /// <summary>Puts them all. The store is opened anew after the first tenth, to see how its start-up grows.</summary>
    private async Task<int> FillAsync(MemoryUse before)
    {
        var stored = await FillAsync(before, 0, 1);
        await StartAsync($"start-up of {stored:N0} files from checkpoints", before, isCold: false);
        return await FillAsync(before, stored, Steps);
    }

    private async Task<int> FillAsync(MemoryUse before, int stored, int untilStep)
    {
        await using var store = await OpenAsync();
        var load = new StoreLoad(store, _ids, settings.Size, stored);
        for (long step = (long)stored * Steps / settings.Count; step < untilStep; step++)
        {
            await StepAsync(load, (int)(settings.Count * (step + 1) / Steps));
        }
        await store.RestAsync();
        Stores.Check(store);
        FilesReport.Memory($"memory of {load.Stored:N0} files", MemoryUse.Now() - before, load.Stored);
        FilesReport.Took("close", await Spell.OfAsync(store.DisposeAsync));
        FilesReport.Disk(directory, load.Stored);
        return load.Stored;
    }

    /// <summary>Most of a step is put by the last number of writers, which fills faster, and the rest by the first.</summary>
    private async Task StepAsync(StoreLoad load, int until)
    {
        var fill = settings.Writers.Count == 1 ? 0 : (until - load.Stored) * 9 / 10;
        if (fill > 0)
        {
            FilesReport.Puts(load.Stored + fill, settings.Writers[^1], await Spell.OfAsync(() => load.PutAsync(settings.Writers[^1], load.Stored + fill, Deadline.Never)));
        }
        FilesReport.Puts(until, settings.Writers[0], await Spell.OfAsync(() => load.PutAsync(settings.Writers[0], until, Deadline.Never)));
    }

    private async Task StartAsync(string name, MemoryUse before, bool isCold)
    {
        if (isCold)
        {
            PageCache.Evict(directory);
        }
        MemoryUse.Now();
        MemoryUse.BeginPeak();
        await using var store = Stores.In(directory, PackingSettings.Default);
        var took = await Spell.OfAsync(() => store.OpenAsync());
        var peak = MemoryUse.Peak;
        var files = store.Usage.Replicas;
        FilesReport.Start(name, took, files, peak - before.Resident);
        FilesReport.Memory("  memory after it", MemoryUse.Now() - before, files);
        Stores.Check(store);
    }

    private async Task UseAsync(int stored)
    {
        // What is read from here on is read from the disk first.
        PageCache.Evict(directory);
        await using var store = await OpenAsync();
        var load = new StoreLoad(store, _ids, settings.Size, stored);
        var readers = settings.Writers[0];
        FilesReport.Rate("gets, from the disk at first", await Spell.OfAsync(() => load.GetAsync(readers, new Deadline(settings.Seconds))));
        ReadAll();
        FilesReport.Rate("gets, from the page cache", await Spell.OfAsync(() => load.GetAsync(readers, new Deadline(settings.Seconds))));
        FilesReport.Rate("verified, one after another", await Spell.OfAsync(() => VerifyAsync(store, new Deadline(settings.Seconds / 2))));
        FilesReport.Took("list of partitions with digests", await Spell.OfAsync(() => Listed(store)));
        await DeleteAsync(store, stored);
        Stores.Check(store);
    }

    /// <summary>Six of ten of the oldest tenth, in no order: of those volumes most is garbage then, and what is left of them is moved.</summary>
    private async Task DeleteAsync(FileReplicaStore store, int stored)
    {
        var oldest = _ids[..(stored / Steps)];
        new Random(1).Shuffle(oldest);
        var leaving = oldest[..(oldest.Length * 6 / 10)];
        var before = Stores.BytesOf(directory);
        var next = 0;
        FilesReport.Rate("deletes, with compaction", await Spell.OfAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, settings.Writers[0]).Select(_ => Task.Run(async () =>
            {
                for (int at; (at = Interlocked.Increment(ref next) - 1) < leaving.Length;)
                {
                    await store.DeleteAsync(leaving[at], DateTimeOffset.UtcNow);
                }
            })));
            return leaving.Length;
        }));
        FilesReport.Took("  compaction after the last delete", await Spell.OfAsync(async () =>
        {
            await store.RestAsync();
            return 1;
        }));
        FilesReport.Freed(before - Stores.BytesOf(directory), (long)leaving.Length * settings.Size);
    }

    private async Task<int> VerifyAsync(FileReplicaStore store, Deadline ends)
    {
        var done = 0;
        for (; !ends.IsOver && done < _ids.Length; done++)
        {
            if (await store.VerifyAsync(_ids[done]) is not { State: ReplicaState.Present })
            {
                throw new InvalidOperationException($"'{_ids[done]}' is gone or damaged.");
            }
        }
        return done;
    }

    private static ValueTask Listed(FileReplicaStore store)
    {
        _ = store.ListPartitions();
        return ValueTask.CompletedTask;
    }

    private void ReadAll()
    {
        var buffer = new byte[1 << 20];
        foreach (var path in Directory.EnumerateFiles(directory, "*" + ReplicaPaths.VolumeSuffix, SearchOption.AllDirectories))
        {
            using var file = File.OpenHandle(path);
            for (long at = 0; RandomAccess.Read(file, buffer, at) is var read and > 0; at += read)
            {
            }
        }
    }

    private async Task<FileReplicaStore> OpenAsync()
    {
        var store = Stores.In(directory, PackingSettings.Default);
        await store.OpenAsync();
        return store;
    }
}
