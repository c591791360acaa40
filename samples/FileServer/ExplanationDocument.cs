using LightDfs;

namespace FileServer;

/// <summary>Where a file belongs and who really holds it, for people and scripts.</summary>
internal sealed record ExplanationDocument(string Id, int Partition, int Copies, bool IsFullyCopied, string Summary, HoldingDocument[] Machines)
{
    public static ExplanationDocument Of(FileExplanation explanation) => new(
        explanation.Id.ToString(),
        explanation.Partition,
        explanation.Copies,
        explanation.IsFullyCopied,
        explanation.Summary,
        [.. explanation.Machines.Select(HoldingDocument.Of)]);
}

/// <summary>One machine in <see cref="ExplanationDocument"/>.</summary>
internal sealed record HoldingDocument(
    string? Machine, string Address, bool IsSelf, bool IsOwner, string State, string Holds, string? Version, long? Length, DateTimeOffset? DeletedAt, string? UnknownBecause)
{
    public static HoldingDocument Of(MachineHolding holding) => new(
        holding.Machine?.ToString(),
        holding.Address,
        holding.IsSelf,
        holding.IsOwner,
        holding.State.ToString(),
        holding.Holds.ToString(),
        holding.Version?.ToString("x32"),
        holding.Length,
        holding.DeletedAt,
        holding.UnknownBecause);
}
