using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>What someone should look at: each kind of trouble with each subject once, logged when it begins. Thread-safe.</summary>
internal sealed partial class Problems(TimeProvider time, ILogger<Problems> logger)
{
    private readonly ConcurrentDictionary<string, string> _sentences = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _seen = new(StringComparer.Ordinal);

    /// <summary>The sentences, in a stable order.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            foreach (var (key, seen) in _seen)
            {
                if (time.GetElapsedTime(seen) > ControlTimeouts.Memory && _seen.TryRemove(KeyValuePair.Create(key, seen)))
                {
                    Set(key, null);
                }
            }
            return [.. _sentences.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];
        }
    }

    /// <summary>A trouble that shows now and then: it ends when it has not shown for a while.</summary>
    public void Report(string key, string sentence)
    {
        _seen[key] = time.GetTimestamp();
        Set(key, sentence);
    }

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
