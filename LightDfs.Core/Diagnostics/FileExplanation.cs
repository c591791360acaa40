namespace LightDfs;

/// <summary>Where a file belongs, and who really holds what of it.</summary>
public sealed record FileExplanation
{
    /// <summary>The id that was asked about.</summary>
    public required FileId Id { get; init; }

    /// <summary>The id that replicas are kept under: <see cref="Id"/>, or with a placement salt another one derived from it.</summary>
    public required FileId PlacedId { get; init; }

    /// <summary>Its partition, 0 to 65,535.</summary>
    public required int Partition { get; init; }

    /// <summary>Copies that it should have (R').</summary>
    public required int Copies { get; init; }

    /// <summary>
    /// What each machine holds: the owners first, best first; then the others in the order in which they would be turned to; then listed addresses that never answered.
    /// </summary>
    public required IReadOnlyList<MachineHolding> Machines { get; init; }

    /// <summary>The machines that should hold a copy, best first. Fewer than <see cref="Copies"/> while a listed address has never answered.</summary>
    public IReadOnlyList<MachineHolding> Owners => [.. Machines.Where(machine => machine.IsOwner)];

    /// <summary>
    /// True when as many owners as there should be copies hold a replica that passed every check made so far, all copies are of one version, and nobody told of a delete.
    /// False for a file that is deleted, or that nobody holds.
    /// </summary>
    public required bool IsFullyCopied { get; init; }

    /// <summary>All of this in a few sentences for people.</summary>
    public required string Summary { get; init; }
}
