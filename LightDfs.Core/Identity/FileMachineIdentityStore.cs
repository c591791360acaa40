using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LightDfs.Storage;
using LightDfs.Storage.Disks;

namespace LightDfs.Identity;

/// <summary>Keeps this machine's id and start counter as two small text files, <c>machine-id</c> and <c>starts</c>, in the data directory.</summary>
/// <remarks>The files are readable, and not meant to be edited: a checksum tells. Never copy them to another machine.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has nothing to free: its wait handle is never asked for.")]
internal sealed class FileMachineIdentityStore : IMachineIdentityStore
{
    private const string IdKind = "lightdfs-machine-id";
    private const string StartsKind = "lightdfs-starts";
    private readonly IDisk _disk;
    private readonly string _root;
    private readonly SemaphoreSlim _lock = new(1, 1);
    private string? _failure;
    private bool _settled;
    private bool _ensured;

    /// <summary>Makes a store in this data directory, which is made when the first thing is kept.</summary>
    /// <param name="root">The data directory. A relative path is below the current directory.</param>
    public FileMachineIdentityStore(string root)
        : this(new PhysicalDisk(), Path.GetFullPath(root))
    {
    }

    internal FileMachineIdentityStore(IDisk disk, string root)
    {
        _disk = disk;
        _root = root;
    }

    private string IdPath => Path.Combine(_root, "machine-id");

    private string StartsPath => Path.Combine(_root, "starts");

    /// <inheritdoc/>
    public ValueTask<MachineId?> LoadAsync(CancellationToken cancellationToken = default) => RunAsync(Load, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken = default)
    {
        if (proposed.Value == 0)
        {
            throw new ArgumentException("Zero stands for no machine, and is never kept.", nameof(proposed));
        }
        return RunAsync(() => Keep(proposed), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> NextStartAsync(CancellationToken cancellationToken = default) => RunAsync(NextStart, cancellationToken);

    private async ValueTask<T> RunAsync<T>(Func<T> action, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(
                () =>
                {
                    CheckUsable();
                    return action();
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException cause)
        {
            throw new MachineIdentityException($"The identity of this machine in '{_root}' cannot be read or kept. {cause.Message}", cause);
        }
        finally
        {
            _lock.Release();
        }
    }

    private void CheckUsable()
    {
        if (_failure is { } failure)
        {
            throw new MachineIdentityException(failure);
        }
    }

    private MachineId? Load()
    {
        if (ReadLine(IdPath) is not { } line)
        {
            return null;
        }
        if (IdentityLine.TryParse(line, IdKind, out var text)
            && text.Length == 32
            && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && value != 0)
        {
            return new MachineId(value);
        }
        throw new MachineIdentityException(
            $"The machine id in '{IdPath}' is damaged; it is not remade, since peers know this machine by it. "
            + "Restore the file from a backup, or empty the whole data directory and let this machine be replaced.");
    }

    private MachineId Keep(MachineId proposed)
    {
        if (Load() is { } kept)
        {
            return kept;
        }

        // With an id there is always a counter, so that a counter that is gone is noticed, not begun again.
        if (ReadLine(StartsPath) is null)
        {
            Write(StartsPath, IdentityLine.Format(StartsKind, "0"));
        }
        Write(IdPath, IdentityLine.Format(IdKind, proposed.ToString()));
        return proposed;
    }

    private long NextStart()
    {
        long starts = 0;
        if (ReadLine(StartsPath) is { } line)
        {
            if (!IdentityLine.TryParse(line, StartsKind, out var text)
                || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out starts)
                || starts == long.MaxValue)
            {
                throw DamagedCounter("is damaged");
            }
        }
        else if (_disk.FileExists(IdPath))
        {
            throw DamagedCounter("is missing, while the machine id is there");
        }
        starts++;
        Write(StartsPath, IdentityLine.Format(StartsKind, starts.ToString(CultureInfo.InvariantCulture)));
        return starts;
    }

    private MachineIdentityException DamagedCounter(string what) => new(
        $"The start counter in '{StartsPath}' {what}; peers tell this machine from a copy of its disk by it. "
        + "Restore the file from a backup, or empty the whole data directory and let this machine be replaced.");

    private string? ReadLine(string path)
    {
        if (!_disk.DirectoryExists(_root))
        {
            return null;
        }
        Settle();
        using var file = _disk.OpenRead(path);
        if (file is null)
        {
            return null;
        }
        var bytes = new byte[Math.Min(file.Length, IdentityLine.MaxLength + 1)];
        return IdentityLine.Decode(bytes.AsSpan(0, file.Read(0, bytes)));
    }

    /// <summary>A run that was killed may have left a name that is not durable; what is answered must be.</summary>
    private void Settle()
    {
        if (!_settled)
        {
            Flushing(() => _disk.FlushDirectory(_root));
            _settled = true;
        }
    }

    private void Write(string path, byte[] line)
    {
        if (!_ensured)
        {
            DataDirectory.Ensure(_disk, _root, Flushing);
            _ensured = true;
        }
        var temp = path + ".new";
        _disk.Delete(temp);
        using (var file = _disk.CreateNew(temp))
        {
            file.Append(line);
            Flushing(file.Flush);
        }
        _disk.Rename(temp, path);
        Flushing(() => _disk.FlushDirectory(_root));
        _settled = true;
    }

    private void Flushing(Action flush)
    {
        try
        {
            flush();
        }
        catch (StorageException cause)
        {
            _failure = $"The identity of this machine in '{_root}' could not be flushed, so it is not told until a restart. {cause.Message}";
            throw;
        }
    }
}
