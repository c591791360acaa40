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
}
