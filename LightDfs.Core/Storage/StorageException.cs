namespace LightDfs.Storage;

/// <summary>Why this machine's disk does not work.</summary>
public enum StorageFailure
{
    /// <summary>No space, beyond the reserve.</summary>
    Full = 1,

    /// <summary>The disk or directory cannot be written.</summary>
    ReadOnly = 2,

    /// <summary>An input or output error.</summary>
    Failing = 3,

    /// <summary>Another process uses the data directory.</summary>
    InUse = 4,
}

/// <summary>This machine's disk cannot do what was asked. The message names the path and the remedy.</summary>
public sealed class StorageException(StorageFailure failure, string message, Exception? inner = null) : LightDfsException(message, inner)
{
    /// <summary>What is wrong with the disk.</summary>
    public StorageFailure Failure { get; } = failure;
}
