using System.Buffers.Binary;
using System.IO.Hashing;

namespace LightDfs.Ring;

/// <summary>Computes <see cref="IHashRing.Fingerprint"/>. Rings of your own use it too, so that theirs never equals another kind's.</summary>
/// <remarks>
/// XxHash128 with seed 0 over: <i>text</i> kind, <i>u32</i> number of partitions, <i>u32</i> replicas, <i>u32</i> number of members, and of each
/// member in order of id: its 16 bytes, <i>u32</i> weight, <i>text</i> zone. Numbers are big-endian; a <i>text</i> is its length in bytes as
/// <i>u32</i>, then UTF-8. The lengths make the encoding unambiguous. It is a wire contract and does not change.
/// </remarks>
public static class RingFingerprint
{
    /// <summary>The fingerprint of a ring.</summary>
    /// <param name="kind">The ring's <see cref="IHashRing.Kind"/>, with every setting that changes placement.</param>
    /// <param name="replicas">The ring's <see cref="IHashRing.Replicas"/>, 0 when it has no members.</param>
    /// <param name="members">The members in ascending order of id.</param>
    /// <exception cref="ArgumentNullException"><paramref name="kind"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replicas"/> is negative.</exception>
    /// <exception cref="ArgumentException">The members are not in ascending order of id, one has a null zone, or a text is not well-formed Unicode.</exception>
    public static UInt128 Compute(string kind, int replicas, ReadOnlySpan<RingMember> members)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentOutOfRangeException.ThrowIfNegative(replicas);

        var hash = new XxHash128();
        Append(hash, kind);
        Append(hash, Partitions.Count);
        Append(hash, replicas);
        Append(hash, members.Length);

        Span<byte> id = stackalloc byte[MachineId.Length];
        for (var index = 0; index < members.Length; index++)
        {
            var member = members[index];
            if (index > 0 && member.Id <= members[index - 1].Id)
            {
                throw new ArgumentException($"Machine '{member.Id}' is out of order. Sort the members by id and list each once.", nameof(members));
            }
            if (member.Zone is null)
            {
                throw new ArgumentException($"Machine '{member.Id}' has null for a zone. Use \"\" for a machine without one.", nameof(members));
            }
            member.Id.WriteBytes(id);
            hash.Append(id);
            Append(hash, member.Weight);
            Append(hash, member.Zone);
        }
        return hash.GetCurrentHashAsUInt128();
    }

    private static void Append(XxHash128 hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        hash.Append(bytes);
    }

    private static void Append(XxHash128 hash, string text)
    {
        var bytes = RingMembers.ZoneEncoding.GetBytes(text);
        Append(hash, bytes.Length);
        hash.Append(bytes);
    }
}
