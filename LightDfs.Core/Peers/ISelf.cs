namespace LightDfs.Peers;

/// <summary>What the peer protocol needs to know of this machine, and tells it.</summary>
internal interface ISelf
{
    /// <summary>False until this machine's disk is open; until then it cannot say who it is.</summary>
    bool IsOpen { get; }

    /// <summary>This machine's id; <see langword="null"/> while it has none.</summary>
    MachineId? Id { get; }

    /// <summary>This run of it.</summary>
    ulong Incarnation { get; }

    /// <summary>How this machine introduces itself now: made anew each time, so it is not for looking one thing up.</summary>
    MachineCard Card { get; }

    /// <summary>Why this machine does not serve files to peers yet; <see langword="null"/> when it does.</summary>
    string? NotServingBecause { get; }

    /// <summary>Why files of a machine that introduces itself so are none of ours; <see langword="null"/> when it belongs to the same cluster.</summary>
    Refusal? StrangerBecause(MachineCard card);

    /// <summary>Why the run of another machine that asks does not count, such as that of a copy of its disk; <see langword="null"/> when it does.</summary>
    ValueTask<string?> RefuseRunAsync(MachineCard card, CancellationToken cancellationToken);

    /// <summary>Why what answered at an address does not count; <see langword="null"/> when it does.</summary>
    ValueTask<string?> RefuseAnswerAsync(MachineCard card, string address, CancellationToken cancellationToken);

    /// <summary>A machine introduced itself, proven. Adopts its cluster where that is due.</summary>
    ValueTask MeetAsync(MachineCard card, CancellationToken cancellationToken);

    /// <summary>A peer reached this machine at this address.</summary>
    void ReachedAt(string address);
}
