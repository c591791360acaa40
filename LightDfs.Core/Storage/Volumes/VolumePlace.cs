namespace LightDfs.Storage.Volumes;

/// <summary>Where an entry lies. The default is no place in any volume.</summary>
/// <param name="Volume">Number of the volume, 1 or more.</param>
/// <param name="Offset">Where the entry begins.</param>
/// <param name="Length">Bytes of the whole entry.</param>
/// <param name="TrailerLength">Bytes of page checksums and record.</param>
internal readonly record struct VolumePlace(int Volume, uint Offset, int Length, ushort TrailerLength)
{
    /// <summary>Where in the entry its content begins.</summary>
    public int ContentAt => VolumeEntry.HeadSize + TrailerLength;

    /// <summary>False for what has a file of its own.</summary>
    public bool IsInVolume => Volume > 0;
}
