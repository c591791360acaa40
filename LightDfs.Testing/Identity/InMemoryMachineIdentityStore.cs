using LightDfs.Identity;

namespace LightDfs.Testing.Identity;

/// <summary>Keeps a machine's id and start counter in memory, for tests: a machine that is given the same instance again is the same machine.</summary>
public sealed class InMemoryMachineIdentityStore : IMachineIdentityStore
{
    private readonly Lock _lock = new();
    private MachineId? _id;
    private long _starts;

    /// <summary>When set, every call fails with this message, as if the file were damaged.</summary>
    public string? Failure { get; set; }

    /// <summary>Another store that keeps the same id and start counter, as a copy of the disk would.</summary>
    public InMemoryMachineIdentityStore Copy()
    {
        lock (_lock)
        {
            return new InMemoryMachineIdentityStore { _id = _id, _starts = _starts };
        }
    }

    /// <inheritdoc/>
    public ValueTask<MachineId?> LoadAsync(CancellationToken cancellationToken = default) => new(Locked(() => _id, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken = default) => proposed.Value == 0
        ? throw new ArgumentException("Zero stands for no machine, and is never kept.", nameof(proposed))
        : new(Locked(() => _id ??= proposed, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<long> NextStartAsync(CancellationToken cancellationToken = default) => new(Locked(() => ++_starts, cancellationToken));

    private T Locked<T>(Func<T> action, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return Failure is { } failure ? throw new MachineIdentityException(failure) : action();
        }
    }
}
