using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring.Golden;

/// <summary>One ring of the independent program, held against ours.</summary>
internal static class GoldenRing
{
    public static void AssertSame(IHashRing prototype, JsonNode golden)
    {
        var members = golden["members"]!.AsArray()
            .Select(member => new RingMember(MachineId.Parse(member.Text("id")), member.Int("weight"), member.Text("zone")))
            .ToList();

        var ring = prototype.WithMembers(members, golden.Int("replicas"));

        foreach (var partition in golden["partitions"]!.AsArray())
        {
            var preference = new ushort[members.Count];
            ring.PreferenceOf(partition.Int("number"), preference);
            Assert.That(ring.OwnersOf(partition.Int("number")).ToArray(), Is.EqualTo(partition.Numbers("owners")));
            Assert.That(preference, Is.EqualTo(partition.Numbers("preference")));
        }
        Assert.That(DigestOf(ring), Is.EqualTo(golden.Text("sha256")), "the owners of all partitions");
    }

    private static string DigestOf(IHashRing ring)
    {
        var table = new byte[Partitions.Count * ring.Replicas * sizeof(ushort)];
        var rest = table.AsSpan();
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            foreach (var owner in ring.OwnersOf(partition))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(rest, owner);
                rest = rest[sizeof(ushort)..];
            }
        }
        return Convert.ToHexStringLower(SHA256.HashData(table));
    }
}
