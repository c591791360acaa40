using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Peers;

namespace LightDfs.Repair.Rounds;

/// <summary>What a machine keeps of rounds: when its own last one began, by its own clock, and those of others, by theirs.</summary>
internal sealed record RoundsDocument(DateTimeOffset Own, IReadOnlyDictionary<MachineId, DateTimeOffset> Others)
{
    public const string Name = "rounds";
    private const byte Format = 1;

    public static RoundsDocument Empty { get; } = new(default, new Dictionary<MachineId, DateTimeOffset>());

    public ReadOnlyMemory<byte> Encode()
    {
        var to = new WireWriter().Byte(Format).Time(Own).Int32(Others.Count);
        foreach (var (machine, begun) in Others.OrderBy(other => other.Key))
        {
            to.Machine(machine).Time(begun);
        }
        return to.Written;
    }

    /// <summary><see langword="null"/> for anything that <see cref="Encode"/> does not write.</summary>
    public static RoundsDocument? Decode(ReadOnlySpan<byte> bytes)
    {
        var from = new WireReader(bytes);
        if (from.Byte() != Format)
        {
            return null;
        }
        var own = from.Time();
        var others = new Dictionary<MachineId, DateTimeOffset>();
        var last = default(MachineId);
        for (var count = from.Count(16 + 8); count > 0 && !from.HasFailed; count--)
        {
            var machine = from.Machine();
            if (machine.CompareTo(last) <= 0)
            {
                from.Fail();
            }
            others[machine] = from.Time();
            last = machine;
        }
        return from.IsComplete && others.Count <= MembershipMap.MaxMachines ? new(own, others) : null;
    }
}
