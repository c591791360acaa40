namespace LightDfs.Benchmarks.Cases;

/// <summary>What a case should reach: a part of what a limit reaches in the same minutes.</summary>
/// <param name="Text">As it was promised.</param>
/// <param name="AtLeast">The least ratio.</param>
/// <param name="Limits">Variants of the limit app; of several, the better one in each round.</param>
internal sealed record Goal(string Text, double AtLeast, params IReadOnlyList<string> Limits);
