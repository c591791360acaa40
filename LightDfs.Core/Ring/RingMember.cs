namespace LightDfs.Ring;

/// <summary>One machine as the ring sees it.</summary>
/// <param name="Id">Its id, never zero.</param>
/// <param name="Weight">Its share relative to the others, 1 to 16,777,216.</param>
/// <param name="Zone">What fails together with it, such as a rack; compared ordinally. Machines without a zone share the zone "".</param>
public readonly record struct RingMember(MachineId Id, int Weight, string Zone);
