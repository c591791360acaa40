namespace LightDfs.Testing.Storage;

/// <summary>The names in one simulated directory: as they are, and for each changed since the last flush all that it has been. Guarded by the disk.</summary>
internal sealed class SimulatedDirectory
{
    private readonly SortedDictionary<string, object> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<object?>> _unflushed = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, object>> Names => _names;

    public object? this[string name] => _names.GetValueOrDefault(name);

    /// <param name="name">Which name.</param>
    /// <param name="node">A file or directory; <see langword="null"/> removes the name.</param>
    public void Set(string name, object? node)
    {
        if (!_unflushed.TryGetValue(name, out var states))
        {
            _unflushed[name] = states = [this[name]];
        }
        states.Add(node);
        Apply(name, node);
    }

    /// <summary>Gives a crashed directory back a name that must not be lost.</summary>
    public void Restore(string name, object node) => _names.TryAdd(name, node);

    public void Flush() => _unflushed.Clear();

    /// <summary>True when a name is what it will be after a crash.</summary>
    public bool IsDurable(string name) => !_unflushed.ContainsKey(name);

    /// <summary>The same, with nothing lost, when only the process was killed.</summary>
    public SimulatedDirectory Copy(Dictionary<object, object> copies)
    {
        if (copies.TryGetValue(this, out var known))
        {
            return (SimulatedDirectory)known;
        }
        var copy = new SimulatedDirectory();
        copies[this] = copy;
        foreach (var (name, node) in _names)
        {
            copy._names[name] = CopyOf(node, copies)!;
        }
        foreach (var (name, states) in _unflushed)
        {
            copy._unflushed[name] = [.. states.Select(state => CopyOf(state, copies))];
        }
        return copy;
    }

    /// <summary>What a crash leaves: each unflushed name is any of the things it has been since the last flush, on its own.</summary>
    public SimulatedDirectory Torn(Random random, Dictionary<object, object> torn)
    {
        var left = new SimulatedDirectory();
        foreach (var (name, node) in _names)
        {
            left._names[name] = node;
        }
        foreach (var (name, states) in _unflushed)
        {
            left.Apply(name, states[random.Next(states.Count)]);
        }
        foreach (var (name, node) in left._names.ToList())
        {
            if (!torn.TryGetValue(node, out var after))
            {
                torn[node] = after = node is SimulatedDirectory directory ? directory.Torn(random, torn) : ((SimulatedFile)node).Torn(random);
            }
            left._names[name] = after;
        }
        return left;
    }

    private static object? CopyOf(object? node, Dictionary<object, object> copies)
    {
        if (node is null or SimulatedDirectory)
        {
            return (node as SimulatedDirectory)?.Copy(copies);
        }
        if (!copies.TryGetValue(node, out var copy))
        {
            copies[node] = copy = ((SimulatedFile)node).Copy();
        }
        return copy;
    }

    private void Apply(string name, object? node)
    {
        if (node is null)
        {
            _names.Remove(name);
        }
        else
        {
            _names[name] = node;
        }
    }
}
