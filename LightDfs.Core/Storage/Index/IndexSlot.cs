using LightDfs.Storage.Volumes;

namespace LightDfs.Storage.Index;

/// <summary>What the index keeps of an id: as little as it can, for there are millions.</summary>
internal struct IndexSlot
{
    public FileId Id;
    public UInt128 Version;
    public long Generation;
    public long Length;

    /// <summary>Of a tombstone its time, of a replica its expiry (0: none); Unix milliseconds.</summary>
    public long Time;

    /// <summary>Entries of this id in volumes that something newer has taken the place of.</summary>
    public int Shadows;
    public VolumePlace Place;
    public bool IsForgotten;
    private byte _state;

    /// <summary>In one byte: with four the slot would be rounded up from 80 bytes to 96.</summary>
    public ReplicaState State
    {
        readonly get => (ReplicaState)_state;
        set => _state = (byte)value;
    }

    public static IndexSlot Of(ReplicaStamp stamp, long generation, DateTimeOffset? expiresAt, VolumePlace place) => new()
    {
        Id = stamp.Id,
        Version = stamp.Version,
        Generation = generation,
        Length = stamp.Length,
        Time = stamp.State == ReplicaState.Deleted ? stamp.DeletedAt.ToUnixTimeMilliseconds() : expiresAt?.ToUnixTimeMilliseconds() ?? 0,
        Place = place,
        State = stamp.State,
        IsForgotten = stamp.IsForgotten,
    };

    public readonly ReplicaStamp Stamp => new(Id, State, Version, Length, State == ReplicaState.Deleted ? DateTimeOffset.FromUnixTimeMilliseconds(Time) : default) { IsForgotten = IsForgotten };

    public readonly DateTimeOffset? ExpiresAt => State == ReplicaState.Deleted || Time == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(Time);

    public readonly HeldReplica Held => new(Stamp, Generation, ExpiresAt, Place);
}
