using System.Collections.Immutable;
using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>What a machine tells of where it is reached: hints, until it is asked there.</summary>
/// <param name="Addresses">The addresses, and whether its own list names them.</param>
internal sealed record Introduction(ImmutableArray<AnnouncedAddress> Addresses)
{
    public ReadOnlyMemory<byte> Encode()
    {
        var to = new WireWriter().Int32(Addresses.Length);
        foreach (var address in Addresses)
        {
            to.Text(address.Address).Bool(address.IsListed);
        }
        return to.Written;
    }

    /// <summary><see langword="null"/> for anything that <see cref="Encode"/> does not write.</summary>
    public static Introduction? Decode(ReadOnlySpan<byte> bytes)
    {
        var from = new WireReader(bytes);
        var addresses = ImmutableArray.CreateBuilder<AnnouncedAddress>();
        for (var count = from.Count(5); count > 0 && !from.HasFailed; count--)
        {
            addresses.Add(new(from.Text(RequestHead.MaxAddressBytes), from.Bool()));
        }
        return from.IsComplete && addresses.Count <= MachineSelf.MaxAddresses ? new(addresses.ToImmutable()) : null;
    }
}

/// <summary>One address that a machine announces.</summary>
internal readonly record struct AnnouncedAddress(string Address, bool IsListed);
