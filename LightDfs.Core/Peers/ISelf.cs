namespace LightDfs.Peers;

/// <summary>What the peer protocol needs to know of this machine, and tells it.</summary>
internal interface ISelf
{
    /// <summary>False until this machine's disk is open; until then it cannot say who it is.</summary>
    bool IsOpen { get; }

    /// <summary>How this machine introduces itself now.</summary>
    MachineCard Card { get; }

    /// <summary>Why this machine does not serve files to peers yet; <see langword="null"/> when it does.</summary>
    string? NotServingBecause { get; }

    /// <summary>The newest start of a machine that the membership knows of; 0 for none.</summary>
    long KnownStartOf(MachineId machine);

    /// <summary>Why files of a machine that introduces itself so are none of ours; <see langword="null"/> when it belongs to the same cluster.</summary>
    string? StrangerBecause(MachineCard card);

    /// <summary>A machine introduced itself, proven. Adopts its cluster where that is due.</summary>
    ValueTask MeetAsync(MachineCard card, CancellationToken cancellationToken);

    /// <summary>A peer reached this machine at this address.</summary>
    void ReachedAt(string address);
}
