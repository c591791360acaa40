namespace LightDfs.Storage;

/// <summary>What the index knows of one replica or tombstone.</summary>
/// <param name="Id">Whose it is.</param>
/// <param name="State">What is held.</param>
/// <param name="Version">The record's version; zero for a tombstone, and for a damaged replica whose record cannot be read.</param>
/// <param name="Length">Length of the content in bytes; 0 where there is none or it is unknown.</param>
/// <param name="DeletedAt">Time of the delete, UTC, to the millisecond; the default for anything but a tombstone.</param>
public readonly record struct ReplicaStamp(FileId Id, ReplicaState State, UInt128 Version, long Length, DateTimeOffset DeletedAt)
{
    /// <summary>True for a tombstone that has left the digest: it still says "deleted", and is not sent to other machines any more.</summary>
    public bool IsForgotten { get; init; }
}
