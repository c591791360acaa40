namespace LightDfs;

/// <summary>What one machine would send another one.</summary>
/// <param name="From">The one that sends.</param>
/// <param name="To">The one that gets it.</param>
/// <param name="Partitions">Of how many of the 65,536 partitions.</param>
/// <param name="Replicas">How many replicas, as far as the other one does not hold them already.</param>
/// <param name="Bytes">Their content, in bytes.</param>
public sealed record PlannedMove(MachineId From, MachineId To, int Partitions, long Replicas, long Bytes);
