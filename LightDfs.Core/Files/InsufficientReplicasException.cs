namespace LightDfs;

/// <summary>Fewer machines than the write quorum stored a file, or took its delete. Trying again later may help.</summary>
public sealed class InsufficientReplicasException(FileId? file, int copies, int needed, IReadOnlyList<MachineFailure> failures, string outcome)
    : LightDfsException($"{(file is { } id ? $"File '{id}'" : "The file")} reached {copies} of the {needed} {(needed == 1 ? "machine" : "machines")} it needs. {outcome} Failed: {MachineFailure.Join(failures)}.")
{
    /// <summary>The file concerned; <see langword="null"/> when none was begun, so that no id was drawn.</summary>
    public FileId? File { get; } = file;

    /// <summary>How many machines did it, durably.</summary>
    public int Copies { get; } = copies;

    /// <summary>How many had to: the write quorum.</summary>
    public int Needed { get; } = needed;

    /// <summary>Who did not, and why.</summary>
    public IReadOnlyList<MachineFailure> Failures { get; } = failures;
}
