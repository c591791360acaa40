using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace LightDfs.Storage;

/// <summary>One lock per id, shared by the ids of a stripe: what is decided about an id is decided by one at a time.</summary>
internal sealed class IdLocks
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1, 1))];

    public async ValueTask<Held> EnterAsync(FileId id, CancellationToken cancellationToken)
    {
        var value = id.Value;
        var stripe = _stripes[XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in value))) % (ulong)_stripes.Length];
        await stripe.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Held(stripe);
    }

    /// <summary>Waits until everyone who is inside now has left.</summary>
    public async ValueTask DrainAsync()
    {
        foreach (var stripe in _stripes)
        {
            await stripe.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            stripe.Release();
        }
    }

    internal readonly struct Held(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
