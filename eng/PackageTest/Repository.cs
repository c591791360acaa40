namespace PackageTest;

/// <summary>What this was built from.</summary>
internal static class Repository
{
    // eng/PackageTest/bin/CONFIGURATION/FRAMEWORK/
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory);

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Output.FullName, "../../../../.."));

    /// <summary>Debug or Release, whichever this was built with.</summary>
    public static string Configuration => Output.Parent!.Name;
}
