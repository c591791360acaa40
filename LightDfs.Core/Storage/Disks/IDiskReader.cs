namespace LightDfs.Storage.Disks;

/// <summary>A file being read, at any place, by any number of threads.</summary>
internal interface IDiskReader : IDisposable
{
    long Length { get; }

    /// <summary>Fills the buffer from a place on; fewer bytes only at the end of the file.</summary>
    int Read(long offset, Span<byte> buffer);
}
