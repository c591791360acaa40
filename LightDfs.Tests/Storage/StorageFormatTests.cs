using System.Buffers.Binary;
using System.IO.Hashing;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

public sealed class StorageFormatTests
{
    private const int Cases = 100_000;

    [Test]
    public void Footer_encoded_decodes_to_itself()
    {
        var (bytes, footer, fileLength) = Footer();

        Assert.That(ReplicaFooter.TryDecode(bytes, fileLength, out var decoded));
        Assert.That(decoded, Is.EqualTo(footer));
    }

    [Test]
    public void Footer_of_a_golden_replica_keeps_its_bytes()
    {
        var bytes = new byte[ReplicaFooter.Size];
        new ReplicaFooter(new FileId(0x0102), 0x0304, 5, 32, 0x0607, DateTimeOffset.FromUnixTimeMilliseconds(0x0809)).Encode(bytes);

        Assert.That(Convert.ToHexStringLower(bytes.AsSpan(0, 72)), Is.EqualTo(
            "4c4446535245504c" + "02000000" + "20000000" + "00000000000000000000000000000102" + "00000000000000000000000000000304"
            + "0500000000000000" + "0706000000000000" + "0908000000000000"));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(72)), Is.EqualTo(XxHash3.HashToUInt64(bytes.AsSpan(0, 72))));
    }

    [Test]
    public void Footer_of_a_file_of_another_length_is_refused()
    {
        var (bytes, _, fileLength) = Footer();

        Assert.That(ReplicaFooter.TryDecode(bytes, fileLength + 1, out _), Is.False);
        Assert.That(ReplicaFooter.TryDecode(bytes, fileLength - 1, out _), Is.False);
    }

    [Test]
    public void Footer_mutated_anyhow_is_refused()
    {
        var (bytes, _, fileLength) = Footer();

        AssertMutationsRefused(bytes, mutated => ReplicaFooter.TryDecode(mutated, fileLength, out _));
    }

    [Test]
    public void Footer_with_a_valid_checksum_over_any_lengths_decodes_only_to_what_fits_the_file()
    {
        var (bytes, footer, fileLength) = Footer();
        var random = new Random(21);
        for (var number = 0; number < Cases; number++)
        {
            var mutated = (byte[])bytes.Clone();
            random.NextBytes(mutated.AsSpan(random.Next(2) == 0 ? 12 : 48, random.Next(9)));
            BinaryPrimitives.WriteUInt64LittleEndian(mutated.AsSpan(72), XxHash3.HashToUInt64(mutated.AsSpan(0, 72)));

            if (ReplicaFooter.TryDecode(mutated, fileLength, out var decoded))
            {
                Assert.That(ReplicaFooter.FileLengthOf(decoded.ContentLength, decoded.RecordLength), Is.EqualTo(fileLength));
                Assert.That(decoded.TrailerLength, Is.GreaterThanOrEqualTo(decoded.RecordLength).And.LessThan(fileLength));
            }
        }
        Assert.That(footer.ContentLength, Is.EqualTo(70_000));
    }

    [TestCase(-1L, false)]
    [TestCase(0L, true)]
    [TestCase(1L, true)]
    [TestCase(253_402_300_799_999L, true)]
    [TestCase(253_402_300_800_000L, false)]
    public void Footer_tells_a_possible_expiry_and_refuses_others(long milliseconds, bool isPossible)
    {
        var (bytes, _, fileLength) = Footer();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(64), milliseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(72), XxHash3.HashToUInt64(bytes.AsSpan(0, 72)));

        Assert.That(ReplicaFooter.TryDecode(bytes, fileLength, out var decoded), Is.EqualTo(isPossible));
        Assert.That(decoded.ExpiresAt?.ToUnixTimeMilliseconds(), Is.EqualTo(isPossible && milliseconds > 0 ? milliseconds : null));
    }

    [Test]
    public void Tombstone_encoded_decodes_to_itself()
    {
        var tombstone = new TombstoneFile(TestReplica.Id(4), new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero));

        Assert.That(TombstoneFile.TryDecode(tombstone.Encode(), out var decoded));
        Assert.That(decoded, Is.EqualTo(tombstone));
    }

    [Test]
    public void Tombstone_mutated_anyhow_is_refused() =>
        AssertMutationsRefused(new TombstoneFile(TestReplica.Id(4), DateTimeOffset.UnixEpoch).Encode(), mutated => TombstoneFile.TryDecode(mutated, out _));

    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    public void Tombstone_of_an_impossible_time_is_refused(long milliseconds)
    {
        var bytes = new TombstoneFile(TestReplica.Id(4), DateTimeOffset.UnixEpoch).Encode();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), milliseconds);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(40), XxHash3.HashToUInt64(bytes.AsSpan(0, 40)));

        Assert.That(TombstoneFile.TryDecode(bytes, out _), Is.False);
    }

    [TestCase(0)]
    [TestCase(1000)]
    public void Document_encoded_decodes_to_itself(int length)
    {
        var content = TestReplica.Of(length).Content;

        Assert.That(DocumentFile.TryDecode(DocumentFile.Encode(content), out var decoded));
        Assert.That(decoded.ToArray(), Is.EqualTo(content));
    }

    [Test]
    public void Document_mutated_anyhow_is_refused() =>
        AssertMutationsRefused(DocumentFile.Encode(TestReplica.Of(50).Content), mutated => DocumentFile.TryDecode(mutated, out _));

    private static (byte[] Bytes, ReplicaFooter Footer, long FileLength) Footer()
    {
        var footer = new ReplicaFooter(TestReplica.Id(3), UInt128.MaxValue / 3, 70_000, 48, 0x1234567890ABCDEF, null);
        var bytes = new byte[ReplicaFooter.Size];
        footer.Encode(bytes);
        return (bytes, footer, ReplicaFooter.FileLengthOf(70_000, 48));
    }

    private static void AssertMutationsRefused(byte[] original, Func<byte[], bool> accepts)
    {
        Assert.That(accepts(original));
        var random = new Random(20);
        for (var number = 0; number < Cases; number++)
        {
            var mutated = random.Next(4) == 0 ? original[..random.Next(original.Length)] : (byte[])original.Clone();
            for (var flips = random.Next(1, 5); flips > 0 && mutated.Length > 0; flips--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }
            if (!mutated.AsSpan().SequenceEqual(original) && accepts(mutated))
            {
                Assert.Fail($"Case {number} was accepted: {Convert.ToHexString(mutated)}");
            }
        }
    }
}
