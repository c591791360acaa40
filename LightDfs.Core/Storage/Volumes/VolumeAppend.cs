using System.Threading.Tasks.Sources;

namespace LightDfs.Storage.Volumes;

/// <summary>An entry that waits for its place, and for the flush.</summary>
/// <param name="entry">What it says; with sequence number 0 it gets the next one.</param>
/// <param name="trailer">Page checksums and record. Unchanged until it is done.</param>
/// <param name="trailerChecksum">Their checksum.</param>
/// <param name="content">The content. Unchanged until it is done.</param>
internal sealed class VolumeAppend(VolumeEntry entry, ReadOnlyMemory<byte> trailer, ulong trailerChecksum, ReadOnlyMemory<byte> content) : IValueTaskSource<PlacedIn>
{
    private ManualResetValueTaskSourceCore<PlacedIn> _done = new() { RunContinuationsAsynchronously = true };

    public VolumeEntry Entry => entry;

    /// <summary>Ends when it is durable. Awaited once.</summary>
    public ValueTask<PlacedIn> Done => new(this, _done.Version);

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

    /// <summary>It is durable. Who waits goes on in another thread.</summary>
    public void Complete() => _done.SetResult(Placed);

    /// <summary>It is durable. Who waits goes on in this call, which spares a change of threads where this one has nothing else to do.</summary>
    public void CompleteHere()
    {
        _done.RunContinuationsAsynchronously = false;
        _done.SetResult(Placed);
    }

    public void Fail(Exception cause) => _done.SetException(cause);

    PlacedIn IValueTaskSource<PlacedIn>.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<PlacedIn>.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource<PlacedIn>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);
}

/// <summary>An entry with its place among all volumes.</summary>
internal readonly record struct PlacedIn(VolumePlace Place, VolumeEntry Entry);
