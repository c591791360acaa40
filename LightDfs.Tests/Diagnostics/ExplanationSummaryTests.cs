using LightDfs.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Diagnostics;

public sealed class ExplanationSummaryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    // Owners, then others; P present (v: of another version), T tombstone, D damaged, - nothing, ? did not tell, ! never answered.
    [TestCase("PPP|--", true, "Fully copied: 3 of 3 owners hold it.")]
    [TestCase("PPP|P-", true, "Fully copied: 3 of 3 owners hold it. Held besides by: 'm4' (a copy).")]
    [TestCase("PPP|?", true, "Fully copied: 3 of 3 owners hold it. Not told by: 'm4' (it is down).")]
    [TestCase("P-P|-", false, "2 of 3 owners hold it. Missing at: 'm2' (nothing).")]
    [TestCase("PD?|-", false, "1 of 3 owners hold it. Missing at: 'm2' (a damaged copy), 'm3' (it is down).")]
    [TestCase("---|P-", false, "0 of 3 owners hold it. Missing at: 'm1' (nothing), 'm2' (nothing), 'm3' (nothing). Held besides by: 'm4' (a copy).")]
    [TestCase("PPv|-", false, "3 of 3 owners hold it. The copies are of different versions; the smallest wins everywhere.")]
    [TestCase("PPP|v", false, "3 of 3 owners hold it. Held besides by: 'm4' (a copy). The copies are of different versions; the smallest wins everywhere.")]
    [TestCase("DD-|-", false, "No sound copy was found. Missing at: 'm1' (a damaged copy), 'm2' (a damaged copy), 'm3' (nothing).")]
    [TestCase("TTT|-", false, "Deleted at 2026-01-02 12:00:00Z; 3 of 3 owners hold the tombstone.")]
    [TestCase("TPT|T", false, "Deleted at 2026-01-02 12:00:00Z; 2 of 3 owners hold the tombstone. Missing at: 'm2' (a copy). Held besides by: 'm4' (a tombstone).")]
    [TestCase("PPP|T", false, "Deleted at 2026-01-02 12:00:00Z; 0 of 3 owners hold the tombstone. Missing at: 'm1' (a copy), 'm2' (a copy), 'm3' (a copy). Held besides by: 'm4' (a tombstone).")]
    [TestCase("---|-", false, "Nobody holds anything of it: it was never stored here, or its delete is forgotten.")]
    [TestCase("-?-|!", false, "Nobody who told holds anything of it, but not everybody told: it is not known to be absent. Not told by: 'm2' (it is down), 'm4' (it never answered).")]
    [TestCase("PP|!", false, "2 of 3 owners hold it. Not told by: 'm3' (it never answered).")]
    public void Holdings_come_to_a_verdict_and_a_few_sentences(string holdings, bool isFullyCopied, string summary)
    {
        var owners = holdings.IndexOf('|', StringComparison.Ordinal);
        var machines = holdings.Remove(owners, 1).Select((holds, index) => Machine(index + 1, holds, isOwner: index < owners)).ToList();

        Assert.That(ExplanationSummary.Of(3, machines), Is.EqualTo(summary));
        Assert.That(ExplanationSummary.IsFullyCopied(3, machines), Is.EqualTo(isFullyCopied));
    }

    private static MachineHolding Machine(int number, char holds, bool isOwner) => new()
    {
        Machine = holds == '!' ? null : new MachineId((UInt128)number),
        Address = $"m{number}",
        IsSelf = false,
        IsOwner = isOwner,
        State = holds switch { '?' => MachineState.Down, '!' => MachineState.NeverAnswered, _ => MachineState.Up },
        Holds = holds switch
        {
            'P' or 'v' => HoldingState.Present,
            'T' => HoldingState.Deleted,
            'D' => HoldingState.Damaged,
            '-' => HoldingState.Nothing,
            _ => HoldingState.Unknown,
        },
        Version = holds switch { 'P' or 'D' => 1, 'v' => 2, _ => null },
        DeletedAt = holds == 'T' ? Noon : null,
        UnknownBecause = holds switch { '?' => "it is down.", '!' => "it never answered", _ => null },
    };
}
