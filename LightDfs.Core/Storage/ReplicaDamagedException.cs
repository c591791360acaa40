namespace LightDfs.Storage;

/// <summary>A replica on this machine fails verification.</summary>
public sealed class ReplicaDamagedException(FileId file, long offset, string message) : LightDfsException(message)
{
    /// <summary>Whose replica it is.</summary>
    public FileId File { get; } = file;

    /// <summary>Where in the content the first bad page found begins.</summary>
    public long Offset { get; } = offset;
}
