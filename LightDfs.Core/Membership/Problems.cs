using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>What someone should look at: each kind of trouble with each subject once, logged when it begins. Thread-safe.</summary>
internal sealed partial class Problems(ILogger<Problems> logger)
{
    private readonly ConcurrentDictionary<string, string> _sentences = new(StringComparer.Ordinal);

    /// <summary>The sentences, in a stable order.</summary>
    public IReadOnlyList<string> All => [.. _sentences.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];

    /// <summary>Begins or renews a trouble, or ends it when there is no sentence.</summary>
    public void Set(string key, string? sentence)
    {
        if (sentence is null)
        {
            _sentences.TryRemove(key, out _);
        }
        else if (_sentences.TryAdd(key, sentence))
        {
            Begun(logger, sentence);
        }
        else
        {
            _sentences[key] = sentence;
        }
    }
}
