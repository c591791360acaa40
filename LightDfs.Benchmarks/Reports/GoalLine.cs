namespace LightDfs.Benchmarks.Reports;

/// <summary>One target, and what was measured.</summary>
/// <param name="Text">The target.</param>
/// <param name="Measured">With its unit; <see langword="null"/> when it was not measured in this run.</param>
/// <param name="IsMet"><see langword="null"/> when it was not measured.</param>
internal sealed record GoalLine(string Text, string? Measured, bool? IsMet)
{
    public string Verdict => IsMet switch
    {
        true => "met",
        false => "MISSED",
        null => "not measured",
    };
}
