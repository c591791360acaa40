using LightDfs.Repair.Scrubbing;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Repair.Scrubbing;

public sealed class ScrubProgressTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ScrubProgress[] Samples =
    [
        ScrubProgress.First(Noon, isEmpty: false),
        ScrubProgress.First(Noon, isEmpty: true),
        new(Noon, TestReplica.Id(5), 3, true, Noon.AddDays(-14)),
        new(Noon, TestReplica.Id(5), 0, false, default),
    ];

    [Test]
    public void Kept_progress_is_read_back_and_mangled_bytes_do_no_harm([Range(0, 3)] int sample)
    {
        var progress = Samples[sample];
        Assert.That(ScrubProgress.TryDecode(progress.Encode().Span, out var read));
        Assert.That(read, Is.EqualTo(progress));
        Mangled.AssertHarmless(progress.Encode(), bytes => ScrubProgress.TryDecode(bytes, out var other) ? other.Encode().ToArray() : null);
    }

    [Test]
    public void Encoding_is_the_one_on_disks() => Assert.That(
        Convert.ToHexStringLower(new ScrubProgress(DateTimeOffset.UnixEpoch.AddMilliseconds(0x0102), new FileId(0x0304), 5, true, DateTimeOffset.UnixEpoch).Encode().Span),
        Is.EqualTo("01" + "0201000000000000" + "00000000000000000000000000000304" + "0500000000000000" + "01" + "0000000000000000"));

    [Test]
    public void Cycle_with_gaps_proves_nothing()
    {
        var begun = ScrubProgress.First(Noon, isEmpty: false);
        var next = Noon.AddDays(14);

        Assert.That(begun.Past(TestReplica.Id(1), isGap: false).Next(next).VerifiedSince, Is.EqualTo(Noon));
        Assert.That(begun.Past(TestReplica.Id(1), isGap: true).Past(TestReplica.Id(2), isGap: false).Next(next), Is.EqualTo(new ScrubProgress(next, null, 0, false, default)));
    }
}
