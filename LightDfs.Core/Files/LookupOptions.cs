namespace LightDfs;

/// <summary>How a file is looked up.</summary>
public sealed class LookupOptions
{
    /// <summary>The salt the file was stored with; <see langword="null"/> (the default) is none.</summary>
    public ulong? PlacementSalt { get; set; }
}
