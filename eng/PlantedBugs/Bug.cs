namespace PlantedBugs;

/// <summary>A deliberate bug: a patch of a few lines of the sources.</summary>
/// <param name="Name">The patch's name.</param>
/// <param name="Patch">Its path.</param>
internal sealed record Bug(string Name, string Patch)
{
    public static IReadOnlyList<Bug> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(SourceTree.Repository, "eng", "PlantedBugs", "Patches"), "*.patch").Order(StringComparer.Ordinal)
            .Select(path => new Bug(Path.GetFileNameWithoutExtension(path), path)),
    ];
}
