using System.Collections.Immutable;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>What a machine says of itself; written by that machine alone.</summary>
internal sealed class MachineSelf : IComparable<MachineSelf>, IEquatable<MachineSelf>
{
    public const int MaxAddresses = 16;
    private const int MaxZoneBytes = 256;

    /// <summary>Where it is reached, and after those where it was reached before.</summary>
    public required ImmutableArray<string> Addresses { get; init; }

    public required string Zone { get; init; }

    public required int Weight { get; init; }

    public required long Start { get; init; }

    public required ulong Incarnation { get; init; }

    /// <summary>Until when it is away on purpose; <see langword="null"/> when it is not.</summary>
    public DateTimeOffset? AwayUntil { get; init; }

    /// <summary>The same, but <see langword="null"/> also when that time has come.</summary>
    public DateTimeOffset? AwayAt(DateTimeOffset now) => AwayUntil > now ? AwayUntil : null;

    public void Write(WireWriter to)
    {
        to.Int64(Start).UInt64(Incarnation).Int32(Weight).Time(AwayUntil ?? default).Text(Zone).Int32(Addresses.Length);
        foreach (var address in Addresses)
        {
            to.Text(address);
        }
    }

    public static MachineSelf Read(ref WireReader from)
    {
        var start = from.Int64();
        var incarnation = from.UInt64();
        var weight = from.Int32();
        var awayUntil = from.Time();
        var zone = from.Text(MaxZoneBytes);
        var addresses = ImmutableArray.CreateBuilder<string>();
        for (var count = from.Count(4); count > 0 && !from.HasFailed; count--)
        {
            addresses.Add(from.Text(RequestHead.MaxAddressBytes));
        }
        if (weight is < 1 or > 1 << 24 || addresses.Count > MaxAddresses)
        {
            from.Fail();
        }
        return new MachineSelf
        {
            Addresses = addresses.ToImmutable(),
            Zone = zone,
            Weight = weight,
            Start = start,
            Incarnation = incarnation,
            AwayUntil = awayUntil == default ? null : awayUntil,
        };
    }

    /// <summary>As many of these, in this order, as an entry holds.</summary>
    public static ImmutableArray<string> Latest(IEnumerable<string> addresses) => [.. addresses.Distinct(StringComparer.Ordinal).Take(MaxAddresses)];

    public int CompareTo(MachineSelf? other) => other is null ? 1 : IsSame(other) ? 0 : Encoded().SequenceCompareTo(other.Encoded());

    /// <summary>What is usual, without writing both down.</summary>
    private bool IsSame(MachineSelf other) => ReferenceEquals(this, other) || (Incarnation == other.Incarnation && Start == other.Start && Weight == other.Weight
        && AwayUntil == other.AwayUntil && Zone == other.Zone && Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan()));

    public bool Equals(MachineSelf? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as MachineSelf);

    public override int GetHashCode() => HashCode.Combine(Start, Incarnation);

    private ReadOnlySpan<byte> Encoded()
    {
        var to = new WireWriter();
        Write(to);
        return to.Written.Span;
    }
}
