using LightDfs.Ring;

namespace LightDfs.Tests.Conformance;

/// <summary>A sound ring for others to spoil in one point.</summary>
internal abstract class BrokenRing(IHashRing sound) : IHashRing
{
    protected IHashRing Sound { get; } = sound;

    public virtual string Kind => Sound.Kind;

    public virtual UInt128 Fingerprint => Sound.Fingerprint;

    public virtual int Replicas => Sound.Replicas;

    public virtual ReadOnlySpan<RingMember> Members => Sound.Members;

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

/// <summary>Takes the members as they come, so that a member's number means something else on each machine.</summary>
internal sealed class UnsortedRing(IHashRing sound, RingMember[] members) : BrokenRing(sound)
{
    public UnsortedRing() : this(new RendezvousHashRing(), [])
    {
    }

    public override ReadOnlySpan<RingMember> Members => members;

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        RingMember[] taken = [.. members];
        return new UnsortedRing(Sound.WithMembers(taken, replicas), taken);
    }
}

/// <summary>Two machines that disagree on what this leaves out would believe that they agree on placement.</summary>
internal sealed class CoarseFingerprintRing(IHashRing sound) : BrokenRing(sound)
{
    public CoarseFingerprintRing() : this(new RendezvousHashRing())
    {
    }

    public override UInt128 Fingerprint =>
        RingFingerprint.Compute(Kind, Replicas, [.. Sound.Members.ToArray().Select(member => member with { Weight = 1, Zone = member.Zone.ToUpperInvariant() })]);

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => new CoarseFingerprintRing(Sound.WithMembers(members, replicas));
}

/// <summary>Says, and makes part of its fingerprint, the owners wished for instead of those there are; and has no name for its kind.</summary>
internal sealed class WishfulRing(IHashRing sound, int wished) : BrokenRing(sound)
{
    public WishfulRing() : this(new RendezvousHashRing(), 0)
    {
    }

    public override string Kind => "";

    public override UInt128 Fingerprint => RingFingerprint.Compute(Kind, wished, Sound.Members.ToArray());

    public override int Replicas => wished;

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => new WishfulRing(Sound.WithMembers(members, replicas), replicas);
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

/// <summary>Gives every partition to the first machine, as often as owners are wanted, and makes a new array to say so; its preference is always as long as what it is given.</summary>
internal sealed class FavouringRing(IHashRing sound) : BrokenRing(sound)
{
    public FavouringRing() : this(new RendezvousHashRing())
    {
    }

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => new FavouringRing(Sound.WithMembers(members, replicas));

    public override ReadOnlySpan<ushort> OwnersOf(int partition)
    {
        _ = Sound.OwnersOf(partition);
        return new ushort[Replicas];
    }

    public override int PreferenceOf(int partition, Span<ushort> destination)
    {
        _ = Sound.PreferenceOf(partition, destination);
        destination[Math.Min(destination.Length, Members.Length)..].Clear();
        return destination.Length;
    }
}

/// <summary>Changes itself instead of making another ring.</summary>
internal sealed class MutableRing() : IHashRing
{
    private IHashRing _now = new RendezvousHashRing();

    public string Kind => _now.Kind;

    public UInt128 Fingerprint => _now.Fingerprint;

    public int Replicas => _now.Replicas;

    public ReadOnlySpan<RingMember> Members => _now.Members;

    public IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        _now = _now.WithMembers(members, replicas);
        return this;
    }

    public ReadOnlySpan<ushort> OwnersOf(int partition) => _now.OwnersOf(partition);

    public int PreferenceOf(int partition, Span<ushort> destination) => _now.PreferenceOf(partition, destination);
}

/// <summary>Takes whatever it is given and makes the best of it, so that a mistake shows only in where files end up.</summary>
internal sealed class LenientRing(IHashRing sound) : BrokenRing(sound)
{
    private static readonly ushort[] Nobody = [0];

    public LenientRing() : this(new RendezvousHashRing())
    {
    }

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => new LenientRing(Sound.WithMembers(
        [.. (members ?? []).Where(member => member.Id != default).DistinctBy(member => member.Id).Take(100)
            .Select(member => member with { Weight = Math.Clamp(member.Weight, 1, 1 << 23), Zone = member.Zone ?? "" })],
        Math.Max(1, replicas)));

    public override ReadOnlySpan<ushort> OwnersOf(int partition) => Members.IsEmpty ? Nobody : Sound.OwnersOf(partition & (Partitions.Count - 1));

    public override int PreferenceOf(int partition, Span<ushort> destination) => Members.IsEmpty ? 0 : Sound.PreferenceOf(partition & (Partitions.Count - 1), destination);
}

/// <summary>Refuses the largest weight that is allowed.</summary>
internal sealed class FaintRing(IHashRing sound) : BrokenRing(sound)
{
    public FaintRing() : this(new RendezvousHashRing())
    {
    }

    public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        RingMember[] taken = [.. members];
        return taken.Any(member => member.Weight >= 1 << 24)
            ? throw new ArgumentException("So much weight cannot be carried.", nameof(members))
            : new FaintRing(Sound.WithMembers(taken, replicas));
    }
}
