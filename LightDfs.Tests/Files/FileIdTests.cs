using System.Globalization;
using CsCheck;
using LightDfs.Files;
using LightDfs.Testing.Chance;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileIdTests
{
    [Test]
    public void New_carries_the_time_of_its_clock()
    {
        var clock = new FakeTimeProvider(SampleIds.Noon.AddMilliseconds(7));

        var id = FileId.New(clock);

        Assert.That(id.Created, Is.EqualTo(SampleIds.Noon.AddMilliseconds(7)));
        Assert.That(id.Kind, Is.EqualTo(FileKind.File));
        Assert.That(id.IsValid);
    }

    [Test]
    public void New_without_a_clock_takes_the_systems()
    {
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);

        var id = FileId.New();

        Assert.That(id.Created, Is.InRange(before, DateTimeOffset.UtcNow));
    }

    [Test]
    public void New_draws_distinct_ids_within_one_millisecond()
    {
        var clock = new FakeTimeProvider(SampleIds.Noon);

        var ids = Enumerable.Range(0, 10_000).Select(_ => FileId.New(clock)).ToHashSet();

        Assert.That(ids, Has.Count.EqualTo(10_000));
    }

    [Test]
    public void Create_keeps_time_to_the_millisecond_and_kind() =>
        Gen.Select(Gen.Long[0, DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks], Gen.Bool).Sample((ticks, segment) =>
        {
            var kind = segment ? FileKind.Segment : FileKind.File;
            var time = DateTimeOffset.UnixEpoch.AddTicks(ticks);

            var id = SampleIds.Create(kind, time);

            return id.IsValid && id.Kind == kind && id.Created == time.AddTicks(-(ticks % TimeSpan.TicksPerMillisecond));
        });

    [Test]
    public void Create_before_1970_is_refused()
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => SampleIds.Create(time: DateTimeOffset.UnixEpoch.AddTicks(-1)));

        Assert.That(refusal!.Message, Does.Contain("1970"));
    }

    [Test]
    public void Id_has_the_form_of_a_UUID_version_8() =>
        SampleIds.Any.Sample(id =>
        {
            var guid = id.ToGuid();
            return guid.Version == 8 && guid.Variant is >= 8 and <= 11;
        });

    [Test]
    public void Default_is_not_valid_but_has_a_text_and_a_time()
    {
        Assert.That(default(FileId).IsValid, Is.False);
        Assert.That(default(FileId).ToString(), Is.EqualTo("00000000000000000000000000"));
        Assert.That(default(FileId).Created, Is.EqualTo(DateTimeOffset.UnixEpoch));
    }

    [Test]
    public void TryCreate_accepts_only_what_Create_makes()
    {
        var value = SampleIds.Create().Value;
        Assert.That(FileId.TryCreate(value, out var same) && same.Value == value);

        for (var bit = 0; bit < 128; bit++)
        {
            Assert.That(FileId.TryCreate(value ^ (UInt128.One << bit), out var id), Is.False, $"bit {bit} flipped");
            Assert.That(id, Is.EqualTo(default(FileId)));
        }
    }

    [Test]
    public void TryCreate_refuses_a_time_that_Created_could_not_tell()
    {
        var late = (UInt128)(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() + 1);
        var bits = (late << 80) | ((UInt128)8 << 76) | (2UL << 62);
        var value = bits | ((UInt128)Crc12.OfAllButCheckBits(bits) << 64);

        Assert.That(FileId.TryCreate(value, out _), Is.False);
    }

    [Test]
    public void Bytes_are_big_endian_and_come_back() =>
        SampleIds.Any.Sample(id =>
        {
            var bytes = new byte[FileId.Length];
            id.WriteBytes(bytes);
            return FileId.TryReadBytes(bytes, out var read)
                && read == id
                && Convert.ToHexStringLower(bytes) == id.Value.ToString("x32", CultureInfo.InvariantCulture);
        });

    [Test]
    public void Bytes_too_few_or_wrong_are_refused()
    {
        var bytes = new byte[FileId.Length];
        SampleIds.Create().WriteBytes(bytes);

        Assert.That(FileId.TryReadBytes(bytes.AsSpan(0, 15), out _), Is.False);
        bytes[15] ^= 1;
        Assert.That(FileId.TryReadBytes(bytes, out _), Is.False);
    }

    [Test]
    public void Ids_sort_by_time_in_every_form() =>
        Gen.Select(SampleIds.Any, SampleIds.Any).Sample((left, right) =>
        {
            var order = left.CompareTo(right);
            return (left.Created == right.Created || Math.Sign(left.Created.CompareTo(right.Created)) == Math.Sign(order))
                && Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString())) == Math.Sign(order)
                && Math.Sign(left.ToGuid().CompareTo(right.ToGuid())) == Math.Sign(order)
                && Math.Sign(string.CompareOrdinal(left.ToGuid().ToString(), right.ToGuid().ToString())) == Math.Sign(order)
                && (left < right, left <= right, left > right, left >= right) == (order < 0, order <= 0, order > 0, order >= 0);
        });

    [Test]
    public void Guid_comes_back() =>
        SampleIds.Any.Sample(id => FileId.FromGuid(id.ToGuid()) == id && FileId.TryFromGuid(id.ToGuid(), out var again) && again == id);

    [Test]
    public void Guid_of_something_else_is_refused_with_the_reason()
    {
        var foreign = new Guid("0195a3f4-1c2d-7e3f-8a9b-0c1d2e3f4a5b");

        Assert.That(FileId.TryFromGuid(foreign, out var id), Is.False);
        Assert.That(id, Is.EqualTo(default(FileId)));
        Assert.That(Assert.Throws<ArgumentException>(() => FileId.FromGuid(foreign))!.Message, Does.Contain(foreign.ToString()).And.Contain("version 8"));
    }

    [Test]
    public void Check_is_the_same_as_by_long_division() =>
        SampleIds.Any.Sample(id => Crc12.OfAllButCheckBits(id.Value) == LongDivision(id.Value));

    private static uint LongDivision(UInt128 value)
    {
        var check = 0u;
        for (var bit = 127; bit >= 0; bit--)
        {
            if (bit is < 64 or >= 76)
            {
                check = (check << 1) ^ ((((check >> 11) ^ (uint)(value >> bit)) & 1) * 0x80F);
                check &= 0xFFF;
            }
        }
        return check;
    }
}
