namespace LightDfs;

/// <summary>
/// The file store that all machines of the cluster are together. Any machine takes any call. Thread-safe; one per host app.
/// Until this machine has met its peers, calls wait for at most <see cref="LightDfsOptions.StartTimeout"/>.
/// Stores and deletes of a machine that has just started also wait, within that time, until it knows its cluster for sure, and for machines that answer that they are starting themselves.
/// </summary>
public interface IFileStore
{
    /// <summary>
    /// Stores everything from the current position of <paramref name="content"/> to its end as one file. When this returns, the file is flushed to
    /// disk on the write quorum of distinct machines.
    /// </summary>
    /// <param name="content">Read once, forwards; not disposed. Need not know its length.</param>
    /// <param name="options"><see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the store; a file under a drawn id then never appears.</param>
    /// <exception cref="InsufficientReplicasException">Too few machines stored it. Under a drawn id nothing of it appears later; under a caller's id the outcome is unknown: storing again finishes it, deleting ends it.</exception>
    /// <exception cref="FileTooLargeException">It is longer than a list of segments has room for: 2 TiB with segments of 8 MiB. The file does not exist.</exception>
    /// <exception cref="ContentMismatchException">It has another SHA-256 than <see cref="StoreOptions.ExpectedSha256"/>. The file does not exist.</exception>
    /// <exception cref="FileIdExpiredException">The caller's id is older than half of <see cref="LightDfsOptions.AbandonedAfter"/>, or storing took longer than that.</exception>
    /// <exception cref="UploadTooSlowException">A segment took minutes to come while other uploads waited for its place in memory. Nothing of it appears under a drawn id.</exception>
    /// <exception cref="FileConflictException">Another content is stored under the caller's id.</exception>
    /// <exception cref="FileDeletedException">The caller's id was deleted; an id is never used again.</exception>
    /// <exception cref="ArgumentException">A name or type is too long, or the id is not one of a file, or lies more than a day ahead of this machine's clock.</exception>
    Task<StoredFile> StoreAsync(Stream content, StoreOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a file, after one source has answered and its first page is verified. <see langword="null"/> only when its absence is proven.
    /// The caller disposes the answer.
    /// </summary>
    /// <exception cref="FileUnavailableException">No verified copy was found, and not everyone who might hold one could be asked; or this machine does not serve yet.</exception>
    /// <exception cref="ArgumentException">The id is not one of a file.</exception>
    Task<OpenedFile?> OpenAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Tells about a file without its content. <see langword="null"/> only when its absence is proven.</summary>
    /// <exception cref="FileUnavailableException">No copy was found, and not everyone who might hold one could be asked; or this machine does not serve yet.</exception>
    /// <exception cref="ArgumentException">The id is not one of a file.</exception>
    Task<StoredFile?> FindAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes a file for good, durably on the write quorum. True when it was there, or may have been: somebody who might hold it could not be asked.
    /// False when it is proven that it was not, or was deleted already. Either way the id is dead afterwards.
    /// </summary>
    /// <exception cref="InsufficientReplicasException">Too few machines took the delete. It may still take effect; repeating it is safe.</exception>
    /// <exception cref="FileUnavailableException">This machine does not serve yet. Nothing was deleted.</exception>
    /// <exception cref="ArgumentException">The id is not one of a file.</exception>
    Task<bool> DeleteAsync(FileId id, LookupOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the files of all machines in id order, that is, oldest first. A file stored or deleted meanwhile may or may not show.
    /// One stored with a placement salt shows under the id derived from it, which is looked up without salt.</summary>
    /// <exception cref="FileUnavailableException">Thrown at the end of the listing when not everyone could be asked, unless <see cref="ListOptions.AllowPartial"/>.</exception>
    IAsyncEnumerable<StoredFile> ListAsync(ListOptions? options = null, CancellationToken cancellationToken = default);
}
