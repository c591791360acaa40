using System.Text;

namespace LightDfs.Ring;

/// <summary>What every ring asks of its members, in one place.</summary>
internal static class RingMembers
{
    public const int MaxCount = ushort.MaxValue;
    public const int MaxWeight = 1 << 24;

    /// <summary>Refuses ill-formed zones: encoders would replace what they cannot write, and two zones could become one on the way.</summary>
    public static Encoding ZoneEncoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The members sorted by id, after all are found valid.</summary>
    /// <exception cref="ArgumentException">There are too many, or one is invalid or repeated.</exception>
    public static RingMember[] Sorted(IEnumerable<RingMember> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var sorted = members.ToArray();
        if (sorted.Length > MaxCount)
        {
            throw new ArgumentException($"A ring has at most {MaxCount} machines, and here are {sorted.Length}.", nameof(members));
        }

        Array.Sort(sorted, static (left, right) => left.Id.CompareTo(right.Id));
        for (var index = 0; index < sorted.Length; index++)
        {
            ThrowIfInvalid(sorted[index], nameof(members));
            if (index > 0 && sorted[index].Id == sorted[index - 1].Id)
            {
                throw new ArgumentException(
                    $"Machine '{sorted[index].Id}' is listed twice. A machine is a member once; raise its weight instead.",
                    nameof(members));
            }
        }
        return sorted;
    }

    private static void ThrowIfInvalid(in RingMember member, string parameter)
    {
        if (member.Id.IsNone)
        {
            throw new ArgumentException(
                "A member has the machine id zero, which stands for \"no machine\". Leave out machines that have no id yet.",
                parameter);
        }
        if (member.Weight is < 1 or > MaxWeight)
        {
            throw new ArgumentException(
                $"Machine '{member.Id}' has weight {member.Weight}, which is not in 1..{MaxWeight}. A machine that is to own nothing is no member.",
                parameter);
        }
        if (member.Zone is null)
        {
            throw new ArgumentException($"Machine '{member.Id}' has null for a zone. Use \"\" for a machine without one.", parameter);
        }
        try
        {
            ZoneEncoding.GetByteCount(member.Zone);
        }
        catch (EncoderFallbackException wrong)
        {
            throw new ArgumentException(
                $"The zone of machine '{member.Id}' is not well-formed Unicode. Half a surrogate pair cannot be sent to other machines.",
                parameter, wrong);
        }
    }
}
