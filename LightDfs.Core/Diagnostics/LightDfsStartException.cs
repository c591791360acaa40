namespace LightDfs;

/// <summary>This machine cannot start: something is wrong with its data directory. Holds every problem that was found, each with its path and remedy.</summary>
public sealed class LightDfsStartException(IReadOnlyList<string> problems, IReadOnlyList<Exception> causes)
    : LightDfsException($"LightDfs cannot start. {string.Join(" ", problems.Select((problem, index) => problems.Count == 1 ? problem : $"({index + 1}) {problem}"))}", new AggregateException(causes))
{
    /// <summary>What is wrong, a sentence or two each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
