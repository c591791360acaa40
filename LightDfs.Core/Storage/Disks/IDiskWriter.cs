namespace LightDfs.Storage.Disks;

/// <summary>A new file being written, from its beginning on. Not for several threads at once.</summary>
internal interface IDiskWriter : IDisposable
{
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Makes the content durable; its name becomes so by flushing the directory.</summary>
    void Flush();
}
