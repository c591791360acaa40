using CsCheck;
using LightDfs.Peers;
using LightDfs.Tests.Peers.Golden;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class PeerReportTests
{
    private static readonly Gen<PeerReport> Any = Gen.Select(Gen.Bool, Gen.Long[0, 253_402_300_799_999], Gen.Long.Array[5], Gen.Bool, Samples.AnyText, Gen.Select(Gen.Int, Gen.Int, Samples.AnyText, Gen.Int, Gen.Int), Gen.Byte[1, 15].Array[0, PeerReport.MostDown],
        (isServing, started, numbers, isFull, failure, settings, down) => new PeerReport
        {
            IsServing = isServing,
            Started = DateTimeOffset.FromUnixTimeMilliseconds(started),
            Replicas = numbers[0],
            Damaged = numbers[1],
            Tombstones = numbers[2],
            Bytes = numbers[3],
            FreeBytes = numbers[4],
            IsFull = isFull,
            Failure = failure,
            ReplicaSetting = settings.Item1,
            SegmentSize = settings.Item2,
            RingKind = settings.Item3,
            PartitionBits = settings.Item4,
            SegmentFormat = settings.Item5,
            IsLeaving = isFull,
            RoundBegun = DateTimeOffset.FromUnixTimeMilliseconds(started / 2),
            VerifiedSince = DateTimeOffset.FromUnixTimeMilliseconds(started / 3),
            Missing = numbers[1],
            Strays = numbers[2],
            SetAside = numbers[3],
            Down = [.. down.Select(number => new DownMachine(Samples.Machine(number), number * 1000))],
        });

    [Test]
    public void Report_is_what_the_independent_program_says() => Assert.That(Convert.ToHexString(Samples.Report.Encode().Span), Is.EqualTo(GoldenBytes.Report));

    [Test]
    public void Report_is_read_back() => Any.Sample(report => PeerReport.TryDecode(report.Encode().Span, out var read) && read with { Down = report.Down } == report && read.Down.SequenceEqual(report.Down));

    [Test]
    public void Every_field_is_in_the_encoding() =>
        Assert.That(Alterations.Of(Samples.Report).Select(change => Convert.ToHexString(change.Altered.Encode().Span)).Append(GoldenBytes.Report), Is.Unique);

    [Test]
    public void Truncated_or_changed_report_is_refused_or_another_one() =>
        Mangled.AssertHarmless(Samples.Report.Encode(), bytes => PeerReport.TryDecode(bytes, out var report) ? report.Encode().ToArray() : null);

    [TestCase("x")]
    [TestCase("é")]
    [TestCase("𝄞")]
    public void Long_failure_is_cut_and_still_read(string letter)
    {
        var failure = string.Concat(Enumerable.Repeat(letter, 1000));

        var isRead = PeerReport.TryDecode((Samples.Report with { Failure = failure }).Encode().Span, out var report);

        Assert.That(isRead);
        Assert.That(failure, Does.StartWith(report!.Failure));
        Assert.That(report.Failure, Has.Length.EqualTo(200));
    }

    [Test]
    public void Kind_of_ring_that_does_not_fit_is_an_error_here_not_at_the_peer()
    {
        var longest = Samples.Report with { RingKind = new string('k', 256) };

        Assert.That(PeerReport.TryDecode(longest.Encode().Span, out var read) && read.RingKind == longest.RingKind);
        Assert.That(() => (longest with { RingKind = longest.RingKind + "k" }).Encode(), Throws.InvalidOperationException.With.Message.Contains("257 bytes").And.Message.Contains("IHashRing.Kind"));
    }
}
