namespace LightDfs;

/// <summary>How a file is downloaded. All of it is optional.</summary>
public sealed class DownloadOptions
{
    /// <summary>The salt the file was stored with; <see langword="null"/> (the default) is none.</summary>
    public ulong? PlacementSalt { get; set; }

    /// <summary>Told how many bytes were written so far. <see langword="null"/> (the default) is nobody.</summary>
    public IProgress<long>? Progress { get; set; }
}
