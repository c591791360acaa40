using LightDfs.Storage;
using LightDfs.Storage.Disks;

namespace LightDfs.Testing.Storage;

/// <summary>
/// A disk in memory that keeps apart what was flushed and what was not, so that a crash can lose or tear the rest. Calls can be made to fail.
/// A crash makes a new disk; whoever still uses the old one finds it without power.
/// </summary>
internal sealed partial class SimulatedDisk : IDisk
{
    private readonly Lock _lock = new();
    private readonly SimulatedDirectory _root;
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly List<(DiskCall Call, int After, StorageFailure Failure)> _faults = [];
    private readonly HashSet<Reader> _readers = [];
    private readonly List<(SimulatedFile File, string From, string To)> _renames = [];
    private bool _off;

    public SimulatedDisk()
        : this(new SimulatedDirectory())
    {
    }

    private SimulatedDisk(SimulatedDirectory root) => _root = root;

    /// <summary>Bytes of the disk; writes beyond fail as full.</summary>
    public long Capacity { get; set; } = 1L << 40;

    /// <summary>Calls made so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Times that something was read.</summary>
    public int ReadCalls { get; private set; }

    /// <summary>Times that the free space was asked for.</summary>
    public int SpaceCalls { get; private set; }

    /// <summary>The power fails when this many calls have been made; <see langword="null"/>: never.</summary>
    public int? PowerFailsAfter { get; set; }

    /// <summary>True once the power has failed.</summary>
    public bool IsOff
    {
        get
        {
            lock (_lock)
            {
                return _off;
            }
        }
    }

    /// <summary>A planted fault: flushing a file does nothing.</summary>
    public bool SkipFileFlushes { get; set; }

    /// <summary>A planted fault: flushing a directory does nothing.</summary>
    public bool SkipDirectoryFlushes { get; set; }

    /// <summary>Makes one call fail: the next of its kind, or the one after so many.</summary>
    public void Fail(DiskCall call, StorageFailure failure, int after = 0)
    {
        lock (_lock)
        {
            _faults.Add((call, after, failure));
        }
    }

    /// <summary>The disk after the power failed: everything unflushed is lost, kept or torn, as the seed has it.</summary>
    public SimulatedDisk AfterCrash(int seed) => After(() => Torn(new Random(seed)));

    /// <summary>The disk after the power failed, at its worst: nothing unflushed is kept.</summary>
    public SimulatedDisk AfterLoss() => After(() => Torn(new Least()));

    /// <summary>The disk after only the process was killed: nothing is lost, and what was unflushed still is.</summary>
    public SimulatedDisk AfterKill() => After(() => _root.Copy(new Dictionary<object, object>(ReferenceEqualityComparer.Instance)));

    /// <summary>A copy of the disk as it is, which this one does not notice: a backup, for one.</summary>
    public SimulatedDisk Copy()
    {
        lock (_lock)
        {
            return new SimulatedDisk(_root.Copy(new Dictionary<object, object>(ReferenceEqualityComparer.Instance))) { Capacity = Capacity };
        }
    }

    /// <summary>Takes back the failures that were asked for and have not come yet.</summary>
    public void Mend()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    /// <summary>Flips a bit of a file.</summary>
    public void Flip(string path, long offset)
    {
        lock (_lock)
        {
            FileAt(path).Flip((int)offset);
        }
    }

    /// <summary>Cuts a file off.</summary>
    public void Truncate(string path, long length)
    {
        lock (_lock)
        {
            FileAt(path).Truncate((int)length);
        }
    }

    /// <summary>Length of a file, without counting as a call.</summary>
    public long LengthOf(string path)
    {
        lock (_lock)
        {
            return FileAt(path).Length;
        }
    }

    /// <summary>
    /// What a crash leaves. A rename may be done by half, with both names there, but not so that neither is: journaling file systems (ext4, XFS, Btrfs, NTFS, APFS) do it in one transaction.
    /// </summary>
    private SimulatedDirectory Torn(Random chance)
    {
        var torn = new Dictionary<object, object>(ReferenceEqualityComparer.Instance);
        var left = _root.Torn(chance, torn);
        foreach (var (file, from, to) in _renames)
        {
            var (oldParent, oldName) = Place(from);
            if (ReferenceEquals(Node(to), file) && !torn.ContainsKey(file))
            {
                var (path, name) = oldParent.IsDurable(oldName) ? (to, Place(to).Name) : (from, oldName);
                if (NodeIn(left, Parent(path)) is SimulatedDirectory parent)
                {
                    parent.Restore(name, file.Torn(chance));
                }
            }
        }
        return left;
    }

    private SimulatedDisk After(Func<SimulatedDirectory> left)
    {
        lock (_lock)
        {
            _off = true;
            return new SimulatedDisk(left()) { Capacity = Capacity, SkipFileFlushes = SkipFileFlushes, SkipDirectoryFlushes = SkipDirectoryFlushes };
        }
    }

    /// <summary>Counts a call, and fails it when it is to fail. Under the lock.</summary>
    private void Enter(DiskCall call, string path)
    {
        if (_off || Calls >= PowerFailsAfter)
        {
            _off = true;
            throw new StorageException(StorageFailure.Failing, $"The simulated machine of '{path}' has no power.");
        }
        Calls++;
        var fault = _faults.FindIndex(fault => fault.Call == call);
        if (fault >= 0)
        {
            var (_, after, failure) = _faults[fault];
            if (after == 0)
            {
                _faults.RemoveAt(fault);
                throw new StorageException(failure, $"Simulated: {call} of '{path}' fails.");
            }
            _faults[fault] = (call, after - 1, failure);
        }
    }

    private long Used() => UsedIn(_root);

    private static long UsedIn(SimulatedDirectory directory) =>
        directory.Names.Sum(entry => entry.Value is SimulatedDirectory inner ? UsedIn(inner) : ((SimulatedFile)entry.Value).Length);

    private static string[] Parts(string path) => path.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);

    private SimulatedFile FileAt(string path) => Node(path) as SimulatedFile ?? throw Missing(path);

    private SimulatedDirectory DirectoryAt(string path) => Node(path) as SimulatedDirectory ?? throw Missing(path);

    private (SimulatedDirectory Parent, string Name) Place(string path)
    {
        var parts = Parts(path);
        return (DirectoryAt(string.Join('/', parts[..^1])), parts[^1]);
    }

    private object? Node(string path) => NodeIn(_root, Parts(path));

    private static string[] Parent(string path) => Parts(path)[..^1];

    private static object? NodeIn(SimulatedDirectory root, string[] parts)
    {
        object? node = root;
        foreach (var part in parts)
        {
            node = (node as SimulatedDirectory)?[part];
        }
        return node;
    }

    /// <summary>Chance at its lowest: of each name the oldest state, of each file the shortest.</summary>
    private sealed class Least : Random
    {
        public override int Next(int maxValue) => 0;

        public override int Next(int minValue, int maxValue) => minValue;
    }

    private static StorageException Missing(string path) => new(StorageFailure.Failing, $"Simulated: there is no '{path}'.");
}
