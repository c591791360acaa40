using System.Buffers;
using System.Globalization;

namespace LightDfs.Ring;

/// <summary>
/// The classic ring of consistent hashing: each machine has some tokens around the hash space, and a partition belongs to the machines whose tokens come next.
/// A machine that comes or goes replaces at most one owner of any partition. Weights and zones do not count.
/// </summary>
/// <remarks>
/// <para>Token v of a machine is XxHash3 (64 bits, seed v) over the 16 big-endian bytes of its id: token 0 is the point that a file of the same bits would have. The walk begins at
/// the lower end of the partition's arc, goes up, and round past the end; it takes each machine where it first meets it. The first <see cref="Replicas"/> are the owners, and the walk carried on
/// is the order of preference. Of equal tokens the smaller machine id comes first. See Karger, Lehman, Leighton, Panigrahy, Levine and Lewin, "Consistent hashing and random trees", STOC 1997.</para>
/// <para>How even it is depends on the number of tokens V. A token answers for the R arcs before it, whose lengths are nearly independent and exponentially distributed, so what a machine owns
/// scatters around the mean by about 1/√(R·V) of it: 4 % with the default of 256 tokens and 3 owners, half of it with a single token. One token a machine is the original design of a ring of sorted
/// machines; take it to see how that works, not to fill disks evenly.</para>
/// <para>Integer arithmetic only: equal members give equal owners on every platform. A ring keeps 16 bytes a token and 128 KiB for each owner of a partition.
/// The tokens per machine are part of <see cref="Kind"/>: they must be equal on all machines.</para>
/// </remarks>
public sealed class TokenHashRing : IHashRing
{
    /// <summary>Tokens of each machine unless said otherwise.</summary>
    public const int DefaultTokensPerMachine = 256;

    /// <summary>Most tokens of each machine.</summary>
    public const int MaxTokensPerMachine = 4096;

    private readonly RingMember[] _members;
    private readonly TokenCircle _circle;
    private readonly OwnerTable _table;

    /// <summary>A ring without members and with <see cref="DefaultTokensPerMachine"/>: the prototype from which <see cref="WithMembers"/> makes the others.</summary>
    public TokenHashRing() : this(DefaultTokensPerMachine)
    {
    }

    /// <summary>A ring without members: the prototype from which <see cref="WithMembers"/> makes the others.</summary>
    /// <param name="tokensPerMachine">Tokens of each machine, 1 to <see cref="MaxTokensPerMachine"/>. Must be equal on all machines.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tokensPerMachine"/> is outside that range.</exception>
    public TokenHashRing(int tokensPerMachine) : this(Checked(tokensPerMachine), [], 0)
    {
    }

    private TokenHashRing(int tokensPerMachine, RingMember[] sorted, int replicas)
    {
        _members = sorted;
        TokensPerMachine = tokensPerMachine;
        Replicas = replicas;
        Kind = string.Create(CultureInfo.InvariantCulture, $"token/1/v={tokensPerMachine}");
        Fingerprint = RingFingerprint.Compute(Kind, replicas, sorted);
        _circle = TokenCircle.Of(sorted, tokensPerMachine);
        _table = new OwnerTable(_circle.Owners(replicas), replicas, sorted.Length);
    }

    /// <summary>Tokens of each machine.</summary>
    public int TokensPerMachine { get; }

    /// <summary>"token/1/v=" and the tokens per machine.</summary>
    public string Kind { get; }

    /// <inheritdoc/>
    public UInt128 Fingerprint { get; }

    /// <inheritdoc/>
    public int Replicas { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<RingMember> Members => _members;

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="members"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="replicas"/> is less than 1, or above 32,767 with more members than that: such a table has no room in memory.
    /// </exception>
    public IHashRing WithMembers(IEnumerable<RingMember> members, int replicas)
    {
        var sorted = RingMembers.Sorted(members);
        return new TokenHashRing(TokensPerMachine, sorted, OwnerTable.ReplicasOf(replicas, sorted.Length));
    }

    /// <inheritdoc/>
    public ReadOnlySpan<ushort> OwnersOf(int partition) => _table.OwnersOf(partition);

    /// <inheritdoc/>
    public int PreferenceOf(int partition, Span<ushort> destination)
    {
        var wanted = _table.Fitting(partition, destination);
        var met = ArrayPool<bool>.Shared.Rent(_members.Length);
        try
        {
            Array.Clear(met);
            _circle.Walk(partition, wanted, met);
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(met);
        }
        return wanted.Length;
    }

    private static int Checked(int tokensPerMachine) => tokensPerMachine is >= 1 and <= MaxTokensPerMachine
        ? tokensPerMachine
        : throw new ArgumentOutOfRangeException(
            nameof(tokensPerMachine), tokensPerMachine, $"A machine has 1 to {MaxTokensPerMachine} tokens. Leave it out for {DefaultTokensPerMachine}.");
}
