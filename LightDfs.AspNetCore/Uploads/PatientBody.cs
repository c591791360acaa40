using Microsoft.AspNetCore.Http;

namespace LightDfs.AspNetCore.Uploads;

/// <summary>
/// A request's body that may come as slowly as it likes, but not fall silent for good: a client that left without a word would hold memory of the store for ever.
/// Only the time in which something is waited for counts, never the store's own.
/// </summary>
internal sealed class PatientBody(Stream body, TimeSpan idleTimeout, TimeProvider time) : ForwardOnlyStream
{
    private readonly CancellationTokenSource _silence = new(Timeout.InfiniteTimeSpan, time);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var read = body.ReadAsync(buffer, _silence.Token);
        // What is there already is not waited for.
        return read.IsCompletedSuccessfully ? read : WaitAsync(read, cancellationToken);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read, CancellationToken cancellationToken)
    {
        // One source for the whole body: linking a new one for each read would cost more than the read.
        using var leave = cancellationToken.UnsafeRegister(static silence => ((CancellationTokenSource)silence!).Cancel(), _silence);
        _silence.CancelAfter(idleTimeout);
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (_silence.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new BadHttpRequestException($"Nothing of the body arrived for {idleTimeout}. Nothing was stored; send it again.", StatusCodes.Status408RequestTimeout, cause);
        }
        finally
        {
            _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _silence.Dispose();
        }
        base.Dispose(disposing);
    }
}
