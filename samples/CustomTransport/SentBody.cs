namespace CustomTransport;

/// <summary>A body to be sent: exactly as many bytes as promised. Remembers when the fault is with its own stream, and not with the connection.</summary>
internal sealed class SentBody(Stream? from, long length)
{
    /// <summary>What the stream threw, or that it was too short; <see langword="null"/> while it is sound.</summary>
    public Exception? Failure { get; private set; }

    public async Task CopyToAsync(Stream connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[(int)Math.Min(length, 64 * 1024)];
        for (var left = length; left > 0;)
        {
            var read = await ReadAsync(buffer, left, cancellationToken);
            await connection.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            left -= read;
        }
    }

    private async Task<int> ReadAsync(byte[] buffer, long left, CancellationToken cancellationToken)
    {
        try
        {
            var read = await from!.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            return read > 0 ? read : throw new EndOfStreamException($"The body ended {left} bytes short of the {length} it promised.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Failure = exception;
            throw;
        }
    }
}
