namespace LightDfs.Storage.Volumes;

/// <summary>An entry that waits for its place, and for the flush.</summary>
/// <param name="entry">What it says; with sequence number 0 it gets the next one.</param>
/// <param name="trailer">Page checksums and record. Unchanged until it is done.</param>
/// <param name="trailerChecksum">Their checksum.</param>
/// <param name="content">The content. Unchanged until it is done.</param>
internal sealed class VolumeAppend(VolumeEntry entry, ReadOnlyMemory<byte> trailer, ulong trailerChecksum, ReadOnlyMemory<byte> content)
{
    private readonly TaskCompletionSource<PlacedIn> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public VolumeEntry Entry => entry;

    /// <summary>Ends when it is durable.</summary>
    public Task<PlacedIn> Done => _done.Task;

    public PlacedIn Placed { get; private set; }

    public void Write(Span<byte> to, Volume volume, long offset, long sequence)
    {
        var placed = entry.Sequence == 0 ? entry with { Sequence = sequence } : entry;
        placed.Encode(to, volume.Tag, volume.Length, trailerChecksum);
        trailer.Span.CopyTo(to[VolumeEntry.HeadSize..]);
        content.Span.CopyTo(to[(VolumeEntry.HeadSize + trailer.Length)..]);
        to[(VolumeEntry.HeadSize + trailer.Length + content.Length)..placed.Length].Clear();
        Placed = new PlacedIn(placed.PlaceAt(volume.Number, offset), placed);
    }

    public void Complete() => _done.SetResult(Placed);

    public void Fail(Exception cause) => _done.SetException(cause);
}

/// <summary>An entry with its place among all volumes.</summary>
internal readonly record struct PlacedIn(VolumePlace Place, VolumeEntry Entry);
