using CsCheck;
using LightDfs.Files;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileRecordTests
{
    private const string Digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static readonly FileRecord[] Samples =
    [
        new() { Length = 0, Checksum = 0 },
        new() { Length = 65_536, Checksum = UInt128.MaxValue, FileName = "größe \U0001F600.bin", ContentType = "text/plain" },
        new() { Length = 65_537, Checksum = 5, Segments = new SegmentLayout(65_536, 7), Sha256 = Digest, FileName = "" },
        new() { Length = 100, Checksum = 6, Parent = SampleIds.Create() },
        new() { Length = 10, Checksum = 6, ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123), FileName = "gone.tmp" },
        new() { Length = 1 << 30, ExpiresAt = DateTimeOffset.MaxValue, Checksum = 9, Segments = new SegmentLayout(8 << 20, 1), Parent = SampleIds.Create(), Sha256 = Digest, FileName = new string('x', FileRecord.MaxFileNameBytes), ContentType = new string('y', FileRecord.MaxContentTypeBytes) },
    ];

    [TestCaseSource(nameof(Samples))]
    public void Record_is_read_back_as_it_was_written(FileRecord record)
    {
        Assert.That(FileRecord.TryDecode(record.Encode(), out var read));
        Assert.That(read, Is.EqualTo(record));
    }

    [TestCaseSource(nameof(Samples))]
    public void Every_shorter_encoding_is_refused(FileRecord record)
    {
        var bytes = record.Encode();

        Assert.That(Enumerable.Range(0, bytes.Length).Where(length => FileRecord.TryDecode(bytes.AsSpan(0, length), out _)), Is.Empty);
    }

    [Test]
    public void Changed_byte_is_refused_or_makes_another_record() => Gen.Select(Gen.Int[0, Samples.Length - 1], Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample((sample, at, change) =>
    {
        var record = Samples[sample];
        var bytes = record.Encode();
        bytes[at % bytes.Length] ^= change;
        return !FileRecord.TryDecode(bytes, out var read) || (!read.Equals(record) && read.Encode().AsSpan().SequenceEqual(bytes));
    });

    [Test]
    public void Encoding_of_a_small_file_is_the_one_on_disks_and_wires() => Assert.That(
        Convert.ToHexStringLower(new FileRecord { Length = 258, Checksum = 0x0102, FileName = "ab", ContentType = null }.Encode()),
        Is.EqualTo("01000000" + "0201000000000000" + "00000000000000000000000000000102" + "02006162" + "ffff"));

    [Test]
    public void Encoding_of_a_large_file_is_the_one_on_disks_and_wires() => Assert.That(
        Convert.ToHexStringLower(new FileRecord { Length = 65_537, Checksum = 1, Segments = new SegmentLayout(65_536, 2), Sha256 = Digest }.Encode()),
        Is.EqualTo("01050000" + "0100010000000000" + "00000000000000000000000000000001" + "00000100" + "00000000000000000000000000000002" + Digest + "ffff" + "ffff"));

    [Test]
    public void Encoding_of_a_file_that_expires_is_the_one_on_disks_and_wires() => Assert.That(
        Convert.ToHexStringLower(new FileRecord { Length = 258, Checksum = 0x0102, Sha256 = Digest, ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(0x0304) }.Encode()),
        Is.EqualTo("010c0000" + "0201000000000000" + "00000000000000000000000000000102" + Digest + "0403000000000000" + "ffff" + "ffff"));

    [TestCase("0000000000000000")]
    [TestCase("ffffffffffffffff")]
    [TestCase("00dc1fd277e60000", Description = "beyond the year 9999")]
    public void Impossible_expiry_is_refused(string milliseconds)
    {
        var bytes = Convert.FromHexString("01080000" + "0201000000000000" + "00000000000000000000000000000102" + milliseconds + "ffff" + "ffff");

        Assert.That(FileRecord.TryDecode(bytes, out _), Is.False);
    }

    [Test]
    public void Expiry_is_kept_in_utc_to_the_millisecond()
    {
        var record = new FileRecord { Length = 0, Checksum = 0, ExpiresAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345) };

        Assert.That((record.ExpiresAt!.Value.Offset, record.ExpiresAt), Is.EqualTo((TimeSpan.Zero, (DateTimeOffset?)new DateTimeOffset(2026, 3, 1, 10, 0, 0, 1, TimeSpan.Zero))));
        Assert.That(() => new FileRecord { Length = 0, Checksum = 0, ExpiresAt = DateTimeOffset.UnixEpoch }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(65_536, 65_536)]
    [TestCase(65_537, 0)]
    [TestCase(65_537, -65_536)]
    [TestCase(65_537, 1000)]
    [TestCase((65_536L * 2048) + 1, 65_536)]
    public void Impossible_cut_is_refused(long length, int segmentLength)
    {
        var bytes = new FileRecord { Length = length, Checksum = 1, Segments = new SegmentLayout(segmentLength, 2) }.Encode();

        Assert.That(FileRecord.TryDecode(bytes, out _), Is.False);
    }

    [Test]
    public void Replica_of_a_large_file_holds_its_list_of_segments()
    {
        var record = new FileRecord { Length = (3 * 65_536) + 1, Checksum = 1, Segments = new SegmentLayout(65_536, 2) };

        Assert.That((record.ReplicaLength, record.ReplicaChecksum), Is.EqualTo((4 * 32L, (UInt128)2)));
    }
}
