namespace LightDfs;

/// <summary>
/// The cluster cannot answer for a file, or for a listing, now: a machine that may hold it did not answer. It is not known to be absent. Trying again later may help.
/// </summary>
public sealed class FileUnavailableException(FileId? file, IReadOnlyList<MachineFailure> unanswered, string? why = null)
    : LightDfsException($"{(file is { } id ? $"File '{id}'" : "The list of files")} is unavailable: {why ?? "not everyone who may hold it answered."} {MachineFailure.Join(unanswered)}")
{
    /// <summary>The file concerned; <see langword="null"/> for a listing.</summary>
    public FileId? File { get; } = file;

    /// <summary>Who did not answer, or answered without a usable copy, and why.</summary>
    public IReadOnlyList<MachineFailure> Unanswered { get; } = unanswered;
}
