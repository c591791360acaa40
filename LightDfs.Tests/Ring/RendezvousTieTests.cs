using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

/// <summary>Equal costs do not occur with real ids; equal seeds force them, and then the smaller id must win everywhere.</summary>
public sealed class RendezvousTieTests
{
    [TestCase("0000", 3, "012", "0123")]
    [TestCase("0123", 3, "012", "0123")]
    [TestCase("0011", 2, "02", "0213")]
    [TestCase("0011", 3, "021", "0213")]
    [TestCase("0001", 3, "031", "0312")]
    [TestCase("1000", 1, "0", "0123")]
    [TestCase("0102", 4, "0132", "0132")]
    public void Equal_costs_go_to_the_smaller_id(string zones, int replicas, string owners, string preference)
    {
        var members = Tied(zones);

        var table = RendezvousTable.Build(members, replicas);
        var order = new ushort[zones.Length];
        RendezvousPreference.Write(members, 0, order);

        Assert.That(string.Concat(table.Take(replicas)), Is.EqualTo(owners));
        Assert.That(string.Concat(order), Is.EqualTo(preference));
    }

    [Test]
    public void Many_equal_costs_keep_the_order_of_ids()
    {
        var order = new ushort[1000];

        RendezvousPreference.Write(Tied(new string('0', order.Length)), 7, order);

        Assert.That(order, Is.Ordered);
    }

    private static RendezvousMembers Tied(string zones) => new(
        [.. zones.Select(_ => 42ul)],
        [.. zones.Select(_ => RendezvousScore.InverseOf(1))],
        [.. zones.Select(zone => (ushort)(zone - '0'))]);
}
