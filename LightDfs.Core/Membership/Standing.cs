namespace LightDfs.Membership;

/// <summary>
/// How this machine stands with the others: whether they take it in, and whether it is the run of its id that counts. As long as somebody says that it is not, it does not serve.
/// Thread-safe.
/// </summary>
internal sealed class Standing
{
    private const string Remedy =
        "This machine uses a copy of another one's data directory, or an old one. Stop it, or give it an empty data directory at an address of its own; if the other one is the copy, stop that one, and restart this one.";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _copies = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _twins = new(StringComparer.Ordinal);
    private readonly SortedDictionary<MachineId, string> _refusals = [];
    private bool _isKnown;

    /// <summary>True once this run served.</summary>
    public bool HasServed { get; set; }

    /// <summary>True when this run is the one that the others know: then a newcomer with its id is the one to stay out.</summary>
    public bool Counts
    {
        get
        {
            lock (_lock)
            {
                return (HasServed || _isKnown) && _copies.Count == 0;
            }
        }
    }

    /// <summary>True once another machine has taken this one in.</summary>
    public bool IsKnown
    {
        get
        {
            lock (_lock)
            {
                return _isKnown;
            }
        }
    }

    /// <summary>Why this machine must not serve; <see langword="null"/> when it may.</summary>
    public string? NotServingBecause
    {
        get
        {
            lock (_lock)
            {
                if (_copies.Count + _twins.Count + _refusals.Count == 0)
                {
                    // Asked with each request.
                    return null;
                }
                return _copies.Values.Concat(_twins.Values).FirstOrDefault() is { } reason ? $"it is not the machine that its id stands for: {reason}. {Remedy}"
                    : !_isKnown && _refusals.Count > 0 ? $"no other machine takes it in: {_refusals.Values.First()}"
                    : null;
            }
        }
    }

    /// <summary>Another machine knows this one as a member.</summary>
    public void TakenInBy(MachineId other)
    {
        lock (_lock)
        {
            _isKnown = true;
            _refusals.Remove(other);
        }
    }

    /// <summary>Another machine does not know this one.</summary>
    public void RefusedBy(MachineId other, string reason)
    {
        lock (_lock)
        {
            _refusals[other] = reason;
        }
    }

    /// <summary>Somebody knows another run of this machine's id as the one that counts; without a reason, not any more.</summary>
    public void CopySign(string source, string? reason) => Set(_copies, source, reason);

    /// <summary>A machine with this one's id, which it gives way to, answers at an address; without a reason, not any more.</summary>
    public void TwinAt(string address, string? reason) => Set(_twins, address, reason);

    private void Set(SortedDictionary<string, string> signs, string key, string? reason)
    {
        lock (_lock)
        {
            if (reason is null)
            {
                signs.Remove(key);
            }
            else
            {
                signs[key] = reason;
            }
        }
    }
}
