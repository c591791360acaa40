using System.IO.Hashing;

namespace LightDfs.Ring;

/// <summary>The tokens of all machines around the hash space, and the walk along them.</summary>
internal sealed class TokenCircle
{
    private const int MachineBits = 16;

    // A token (64 bits) above the number of its machine: the numbers sort by token, then by machine, so equal tokens need no care.
    private readonly UInt128[] _points;
    private readonly int _machines;

    /// <param name="tokens">Equally many for each machine, one machine after the other.</param>
    /// <param name="machines">How many machines these are.</param>
    public TokenCircle(ReadOnlySpan<ulong> tokens, int machines)
    {
        _machines = machines;
        _points = new UInt128[tokens.Length];
        for (var token = 0; token < tokens.Length; token++)
        {
            _points[token] = ((UInt128)tokens[token] << MachineBits) | (uint)(token / (tokens.Length / machines));
        }
        Array.Sort(_points);
    }

    /// <summary>The circle on which each machine has tokens 0 to <paramref name="tokensPerMachine"/> - 1: XxHash3 (64 bits, the token's number as seed) over its id's 16 bytes.</summary>
    public static TokenCircle Of(ReadOnlySpan<RingMember> sorted, int tokensPerMachine)
    {
        var tokens = new ulong[checked(sorted.Length * tokensPerMachine)];
        Span<byte> id = stackalloc byte[MachineId.Length];
        for (var token = 0; token < tokens.Length; token++)
        {
            sorted[token / tokensPerMachine].Id.WriteBytes(id);
            tokens[token] = XxHash3.HashToUInt64(id, token % tokensPerMachine);
        }
        return new TokenCircle(tokens, sorted.Length);
    }

    /// <summary>Owner numbers of all partitions, <paramref name="replicas"/> for each; that many machines must exist.</summary>
    public ushort[] Owners(int replicas)
    {
        var owners = new ushort[Partitions.Count * replicas];
        var met = new bool[_machines];
        for (var partition = 0; replicas > 0 && partition < Partitions.Count; partition++)
        {
            Walk(partition, owners.AsSpan(partition * replicas, replicas), met);
        }
        return owners;
    }

    /// <summary>Writes the machines in the order in which their first tokens follow the partition's lower end.</summary>
    /// <param name="partition">Where the walk begins.</param>
    /// <param name="destination">At most as long as there are machines.</param>
    /// <param name="met">A flag for each machine, all false; and all false again afterwards.</param>
    public void Walk(int partition, Span<ushort> destination, Span<bool> met)
    {
        var at = Array.BinarySearch(_points, (UInt128)partition << (64 - Partitions.Bits + MachineBits));
        at = at < 0 ? ~at : at;
        for (var found = 0; found < destination.Length; at++)
        {
            at = at < _points.Length ? at : 0;
            var machine = (ushort)_points[at];
            if (!met[machine])
            {
                met[machine] = true;
                destination[found++] = machine;
            }
        }
        foreach (var machine in destination)
        {
            met[machine] = false;
        }
    }
}
