using System.Globalization;
using System.Runtime.InteropServices;
using LightDfs.Storage.Index;

namespace LightDfs.Storage;

/// <summary>
/// Replicas that are set aside: whole files in a directory of their own, whose names say what they are. Known in memory, so that asking costs nothing. Thread-safe.
/// </summary>
internal sealed class SetAsideFiles(ReplicaFiles files)
{
    private const string Suffix = ".aside";
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(FileId Id, UInt128 Version), SetAsideReplica> _all = [];
    private readonly Dictionary<FileId, int> _versions = [];
    private SetAsideReplica[]? _list;

    /// <summary>The same list until something changes: it is asked for with every heartbeat.</summary>
    public IReadOnlyList<SetAsideReplica> All
    {
        get
        {
            lock (_lock)
            {
                return _list ??= [.. _all.Values];
            }
        }
    }

    public bool Contains(FileId id)
    {
        lock (_lock)
        {
            return _versions.ContainsKey(id);
        }
    }

    public string? PathOf(FileId id, UInt128 version)
    {
        lock (_lock)
        {
            return _all.TryGetValue((id, version), out var aside) ? PathOf(aside) : null;
        }
    }

    /// <summary>Moves a replica aside; under its id's lock. What is held meanwhile counts as damaged, so that nobody hears a "no".</summary>
    public async Task TakeAsync(HeldReplica held, SetAsideReason reason)
    {
        var stamp = held.Stamp;
        var aside = new SetAsideReplica(stamp.Id, stamp.Version, stamp.Length, reason, TombstoneFile.Kept(files.Time.GetUtcNow()));
        files.Index.MarkDamaged(stamp.Id, held.Generation);
        Forget(stamp.Id, stamp.Version);
        if (held.Place.IsInVolume)
        {
            var temp = files.NewTempPath();
            PackedReplicaCopy.Write(files, held, temp);
            files.Publish(temp, PathOf(aside));
        }
        else
        {
            files.Publish(files.Paths.ReplicaOf(stamp.Id), PathOf(aside));
        }
        Add(aside);
        // That it is no longer where it was, too: else both would be there after a crash, and it would count again.
        if (held.Place.IsInVolume)
        {
            await files.LetGoAsync(stamp.Id, isReplaced: true).ConfigureAwait(false);
        }
        else
        {
            files.FlushDirectory(files.Paths.DirectoryOf(stamp.Id));
        }
    }

    public bool Discard(FileId id, UInt128 version)
    {
        if (PathOf(id, version) is null)
        {
            return false;
        }
        Forget(id, version);
        files.FlushDirectory(files.Paths.Aside);
        return true;
    }

    /// <summary>Reads what is there, when the store is opened.</summary>
    /// <returns>Names that are none of this store's.</returns>
    public IReadOnlyList<string> Load()
    {
        var foreign = new List<string>();
        foreach (var name in files.Disk.FilesIn(files.Paths.Aside))
        {
            if (TryParse(name, out var aside))
            {
                Add(aside);
            }
            else
            {
                foreign.Add(name);
            }
        }
        return foreign;
    }

    private void Add(SetAsideReplica aside)
    {
        lock (_lock)
        {
            if (!_all.ContainsKey((aside.Id, aside.Version)))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_versions, aside.Id, out _)++;
            }
            _all[(aside.Id, aside.Version)] = aside;
            _list = null;
        }
    }

    private void Remove(FileId id, UInt128 version)
    {
        lock (_lock)
        {
            if (_all.Remove((id, version)) && --CollectionsMarshal.GetValueRefOrAddDefault(_versions, id, out _) == 0)
            {
                _versions.Remove(id);
            }
            _list = null;
        }
    }

    /// <summary>The same version may have been set aside before.</summary>
    private void Forget(FileId id, UInt128 version)
    {
        if (PathOf(id, version) is { } path)
        {
            files.Disk.Delete(path);
            Remove(id, version);
        }
    }

    /// <summary>Id, version, length, reason and time, each in hexadecimal digits.</summary>
    private string PathOf(SetAsideReplica aside) => Path.Combine(
        files.Paths.Aside,
        string.Create(CultureInfo.InvariantCulture, $"{aside.Id.Value:x32}-{aside.Version:x32}-{aside.Length:x16}-{(int)aside.Reason:x2}-{aside.At.ToUnixTimeMilliseconds():x16}{Suffix}"));

    private static bool TryParse(string name, out SetAsideReplica aside)
    {
        aside = default;
        if (!name.EndsWith(Suffix, StringComparison.Ordinal)
            || name[..^Suffix.Length].Split('-') is not { Length: 5 } parts
            || !TryHex(parts[0], 32, out var id) || !TryHex(parts[1], 32, out var version) || !TryHex(parts[2], 16, out var length)
            || !TryHex(parts[3], 2, out var reason) || !TryHex(parts[4], 16, out var at)
            || length > long.MaxValue || reason < (int)SetAsideReason.Clash || reason > (int)SetAsideReason.Unknown || at > (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }
        aside = new SetAsideReplica(new FileId(id), version, (long)length, (SetAsideReason)(int)reason, DateTimeOffset.FromUnixTimeMilliseconds((long)at));
        return true;
    }

    private static bool TryHex(string text, int digits, out UInt128 value)
    {
        value = 0;
        return text.Length == digits && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
