namespace LightDfs.Testing.Storage;

/// <content>What is on the disk, looked at past whoever uses it. None of it counts as a call.</content>
internal sealed partial class SimulatedDisk
{
    /// <summary>The bytes of a file; <see langword="null"/> when there is none.</summary>
    public byte[]? Peek(string path)
    {
        lock (_lock)
        {
            return Node(path) is SimulatedFile file ? file.Bytes.ToArray() : null;
        }
    }

    /// <summary>What is made of the bytes of a file; made again only after a change. <see langword="null"/> when there is no such file, or nothing to be made of it.</summary>
    public T? Parsed<T>(string path, Func<byte[], T?> parse)
        where T : class
    {
        lock (_lock)
        {
            return Node(path) is SimulatedFile file ? (T?)(file.Parsed ??= parse(file.Bytes.ToArray())) : null;
        }
    }

    /// <summary>Names of the files in a directory, sorted ordinally; none when there is no such directory.</summary>
    public IReadOnlyList<string> PeekNames(string path) => Peek<SimulatedFile>(path);

    /// <summary>Names of the directories in a directory, as <see cref="PeekNames"/>.</summary>
    public IReadOnlyList<string> PeekDirectories(string path) => Peek<SimulatedDirectory>(path);

    private IReadOnlyList<string> Peek<T>(string path)
    {
        lock (_lock)
        {
            return Node(path) is SimulatedDirectory directory ? [.. directory.Names.Where(entry => entry.Value is T).Select(entry => entry.Key)] : [];
        }
    }

    /// <summary>Who has a file of this path open for reading, also where it has been deleted since.</summary>
    public int ReadersOf(string path)
    {
        lock (_lock)
        {
            return _readers.Count(reader => reader.Path == path);
        }
    }

    /// <summary>True when a crash now would leave this file as it is, under this name.</summary>
    public bool IsDurable(string path) => IsDurable(path, long.MaxValue);

    /// <summary>True when a crash now would leave this much of the file as it is, under this name.</summary>
    public bool IsDurable(string path, long upTo)
    {
        lock (_lock)
        {
            var directory = _root;
            foreach (var part in Parts(path)[..^1])
            {
                if (!directory.IsDurable(part) || directory[part] is not SimulatedDirectory inner)
                {
                    return false;
                }
                directory = inner;
            }
            var name = Parts(path)[^1];
            return directory.IsDurable(name) && directory[name] is SimulatedFile { } file && file.DurableLength >= Math.Min(upTo, file.Length);
        }
    }

    /// <summary>True when there is no such file, and no crash brings it back.</summary>
    public bool IsGone(string path)
    {
        lock (_lock)
        {
            var (parent, name) = Place(path);
            return parent[name] is null && parent.IsDurable(name);
        }
    }

    /// <summary>Bytes in all files.</summary>
    public long BytesUsed
    {
        get
        {
            lock (_lock)
            {
                return Used();
            }
        }
    }
}
