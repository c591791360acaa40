namespace LightDfs;

/// <summary>The cluster as an operator sees it, from this machine. Thread-safe; one per host app.</summary>
public interface ICluster
{
    /// <summary>The cluster as this machine sees it now. Never waits.</summary>
    ClusterStatus Status { get; }

    /// <summary>
    /// Asks every machine what it really holds under an id, and says where the ring wants it. A machine that does not answer is listed with the reason, so this fails only when this machine
    /// itself does not serve yet, which it waits for at most <see cref="LightDfsOptions.StartTimeout"/>.
    /// </summary>
    /// <param name="id">
    /// Any id: of a file, whose record it then is about, or of a piece of a large file. With <see cref="LookupOptions.PlacementSalt"/>, the id that the file was stored under with that salt.
    /// </param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <remarks>Each machine opens its replica and reads its record, but not the whole content: a damaged page is known only once somebody has read it.</remarks>
    /// <exception cref="ArgumentException">The id is none, such as <see langword="default"/>.</exception>
    /// <exception cref="FileUnavailableException">This machine does not serve yet.</exception>
    Task<FileExplanation> ExplainAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says what a change would do: what would be sent from where to where, how many copies files have on the way, and why it would be refused. Asks every machine that is up what it holds.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    Task<MembershipPlan> PlanAsync(MembershipChange change, CancellationToken cancellationToken = default);

    /// <summary>Plans a change, and makes it unless the plan refuses it. It is on this machine's disk when this returns; what moves by it, moves in the background.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Ends the planning; a change that was written down stays.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="MembershipChangeRefusedException">It was refused; the plan says why. Nothing was changed.</exception>
    /// <exception cref="Storage.StorageException">
    /// This machine's disk did not take it. Nothing was changed; a merge of two clusters goes on, since the other one has taken it: this machine hears of it again.
    /// </exception>
    /// <exception cref="Peers.PeerUnreachableException">
    /// Of a merge only: the other cluster did not answer to the end, so whether it has taken the merge is not known. If it has, this cluster hears of it by itself. If the status shows after
    /// a while that it has not, give the command again.
    /// </exception>
    Task<MembershipPlan> ApplyAsync(MembershipChange change, CancellationToken cancellationToken = default);

    /// <summary>How much of this machine reconciling takes; of this machine only, until it is restarted. Default <see cref="RepairSpeed.Normal"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to none of the speeds.</exception>
    RepairSpeed RepairSpeed { get; set; }

    /// <summary>What is set aside on this machine, by id, then version: see <see cref="SetAsideReason"/> for why. It stays until it is restored or discarded.</summary>
    IReadOnlyList<SetAsideReplica> SetAside { get; }

    /// <summary>
    /// Gives a replica that is set aside on this machine back to its owners, who keep it from then on like any other. Of a large file, its record and each of its segments are replicas of their
    /// own.
    /// </summary>
    /// <returns>False when this machine has set no such replica aside.</returns>
    /// <exception cref="FileDeletedException">An owner knows that it was deleted. It stays set aside.</exception>
    /// <exception cref="FileConflictException">An owner holds the version that won. It stays set aside.</exception>
    /// <exception cref="InsufficientReplicasException">Fewer owners took it than the write quorum. It stays set aside; repeating this is safe.</exception>
    /// <exception cref="Storage.ReplicaDamagedException">It fails verification.</exception>
    /// <exception cref="Storage.StorageException">This machine's disk failed.</exception>
    Task<bool> RestoreAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default);

    /// <summary>Throws away a replica that is set aside on this machine, for good.</summary>
    /// <returns>False when this machine has set no such replica aside.</returns>
    /// <exception cref="Storage.StorageException">This machine's disk failed.</exception>
    Task<bool> DiscardAsync(FileId id, UInt128 version, CancellationToken cancellationToken = default);
}
