using System.Globalization;
using System.Runtime;
using LightDfs.Benchmarks.Cases;
using LightDfs.Storage;

namespace LightDfs.Benchmarks.Store;

/// <summary>What many files cost, as it comes.</summary>
internal static class FilesReport
{
    public static void Head(StoreSettings settings)
    {
        Line($"{settings.Count:N0} files of {settings.Size:N0} bytes, {(GCSettings.IsServerGC ? "server" : "workstation")} collector, {Environment.ProcessorCount} processors");
        Line($"CPU: of this process, for each. Others: processors that everybody else used, the kernel's writing for us included. Memory: against an empty store, after a full collection.");
    }

    public static void Puts(int files, int writers, Spell spell) =>
        Rate(string.Create(CultureInfo.InvariantCulture, $"puts up to {files:N0} files, {writers} at once"), spell);

    public static void Rate(string name, Spell spell) =>
        Line($"  {name,-52} {spell.PerSecond,11:N0} a second {spell.CpuEach,7:N1} us CPU {spell.Others,6:0.00} others {spell.Done,12:N0} in {spell.Seconds:0.0} s");

    public static void Took(string name, Spell spell) => Line($"  {name,-52} {spell.Seconds * 1000,11:N0} ms");

    public static void Memory(string name, MemoryUse more, long files) =>
        Line($"  {name,-52} {(double)more.Heap / files,11:N1} B of heap each, {(double)more.Resident / files:N1} B resident each ({more.Heap >> 20:N0} and {more.Resident >> 20:N0} MiB)");

    public static void Start(string name, Spell spell, long files, long peak) =>
        Line($"  {name,-52} {spell.Seconds,11:N2} s, {files / spell.Seconds:N0} files a second, {spell.Cpu:0.0} s CPU, peak {peak >> 20:N0} MiB more resident than before");

    public static void Disk(string directory, long files)
    {
        var (all, checkpoints) = (Stores.BytesOf(directory), Stores.BytesOf(directory, ReplicaPaths.CheckpointSuffix));
        Line($"  {"on disk",-52} {(double)all / files,11:N1} B each, {(double)checkpoints / files:N1} of them in checkpoints ({Sizes.Text(all)})");
    }

    public static void Freed(long bytes, long contents) => Line($"  {"  given back to the disk",-52} {bytes >> 20,11:N0} MiB, for {contents >> 20:N0} MiB of contents deleted");

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
