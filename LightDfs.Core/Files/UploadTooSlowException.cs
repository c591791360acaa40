namespace LightDfs;

/// <summary>
/// An upload was ended because a segment of it took too long to come while other uploads waited for its place in the transfer memory
/// (<see cref="LightDfsOptions.TransferMemory"/>). Trying again later may help.
/// </summary>
public sealed class UploadTooSlowException(TimeSpan limit, Exception? inner = null)
    : LightDfsException($"The upload was ended: one segment of it did not come within {limit}, while others waited for its place in the transfer memory. Send it faster, or give TransferMemory more room.", inner)
{
    /// <summary>How long one segment may take while others wait.</summary>
    public TimeSpan Limit { get; } = limit;
}
