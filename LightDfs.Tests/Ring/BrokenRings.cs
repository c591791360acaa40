using LightDfs.Ring;

namespace LightDfs.Tests.Ring;

/// <summary>A sound ring for others to spoil in one point.</summary>
internal abstract class BrokenRing(IHashRing sound) : IHashRing
{
    protected IHashRing Sound { get; } = sound;

    public string Kind => Sound.Kind;

    public virtual UInt128 Fingerprint => Sound.Fingerprint;

    public int Replicas => Sound.Replicas;

    public ReadOnlySpan<RingMember> Members => Sound.Members;

    public abstract IHashRing WithMembers(IEnumerable<RingMember> members, int replicas);

    public virtual ReadOnlySpan<ushort> OwnersOf(int partition) => Sound.OwnersOf(partition);

    public virtual int PreferenceOf(int partition, Span<ushort> destination) => Sound.PreferenceOf(partition, destination);
}

/// <summary>Answers that depend on how many rings were made before: what a hash seeded per process does to placement.</summary>
internal sealed class UnstableRing(IHashRing sound, int generation) : BrokenRing(sound)
{
    private static int _generations;

    public UnstableRing() : this(new RendezvousHashRing(), 0)
    {
    }

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) =>
        new UnstableRing(Sound.WithMembers(members, replicas), Interlocked.Increment(ref _generations));

    public override ReadOnlySpan<ushort> OwnersOf(int partition) => Sound.OwnersOf(Turned(partition));

    public override int PreferenceOf(int partition, Span<ushort> destination) => Sound.PreferenceOf(Turned(partition), destination);

    private int Turned(int partition) => (uint)partition < Partitions.Count ? (partition + generation) % Partitions.Count : partition;
}

/// <summary>Two machines that disagree on weights would believe that they agree on placement.</summary>
internal sealed class WeightBlindRing(IHashRing sound) : BrokenRing(sound)
{
    public WeightBlindRing() : this(new RendezvousHashRing())
    {
    }

    public override UInt128 Fingerprint => RingFingerprint.Compute(Kind, Replicas, [.. Sound.Members.ToArray().Select(member => member with { Weight = 1 })]);

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => new WeightBlindRing(Sound.WithMembers(members, replicas));
}

/// <summary>Forgets zones and weights when it places, as a plain token ring does.</summary>
internal sealed class LevellingRing(IHashRing sound, IHashRing level) : BrokenRing(sound)
{
    public LevellingRing() : this(new RendezvousHashRing(), new RendezvousHashRing())
    {
    }

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        var sound = Sound.WithMembers(members, replicas);
        return new LevellingRing(sound, level.WithMembers(sound.Members.ToArray().Select(member => member with { Weight = 1, Zone = "" }), replicas));
    }

    public override ReadOnlySpan<ushort> OwnersOf(int partition) => level.OwnersOf(partition);

    public override int PreferenceOf(int partition, Span<ushort> destination) => level.PreferenceOf(partition, destination);
}

/// <summary>Partition modulo machines: one machine more, and nearly everything moves; few partitions for the last one.</summary>
internal sealed class ModuloRing(IHashRing sound) : BrokenRing(sound)
{
    private readonly ushort[] _turns = [.. Enumerable.Range(0, 2 * sound.Members.Length).Select(number => (ushort)(number % sound.Members.Length))];

    public ModuloRing() : this(new RendezvousHashRing())
    {
    }

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => new ModuloRing(Sound.WithMembers(members, replicas));

    public override ReadOnlySpan<ushort> OwnersOf(int partition)
    {
        _ = Sound.OwnersOf(partition);
        return _turns.AsSpan(First(partition), Replicas);
    }

    public override int PreferenceOf(int partition, Span<ushort> destination)
    {
        _ = Sound.OwnersOf(partition);
        var count = Math.Min(destination.Length, Members.Length);
        _turns.AsSpan(First(partition), count).CopyTo(destination);
        return count;
    }

    // The first quarter of the partitions all go to the first machine.
    private int First(int partition) => partition < Partitions.Count / 4 ? 0 : partition % Members.Length;
}
