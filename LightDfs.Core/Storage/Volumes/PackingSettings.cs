namespace LightDfs.Storage.Volumes;

/// <summary>What is packed into volumes.</summary>
/// <param name="Below">Replicas shorter than this are packed, in bytes; the others have a file each. At most <see cref="VolumeEntry.MaxContentLength"/>.</param>
/// <param name="VolumeSize">Bytes at which a volume is full.</param>
internal sealed record PackingSettings(int Below, long VolumeSize)
{
    /// <summary>Why these: docs/performance.md.</summary>
    public static PackingSettings Default { get; } = new(128 * 1024, 256L * 1024 * 1024);

    /// <summary>Nothing is packed, unless volumes are there already: they are read, and say what is deleted.</summary>
    public static PackingSettings Off { get; } = new(0, Default.VolumeSize);
}
