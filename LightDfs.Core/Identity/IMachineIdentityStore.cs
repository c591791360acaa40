namespace LightDfs.Identity;

/// <summary>
/// Keeps who this machine is, across restarts. The default is a file in the data directory. One process uses a store at a time;
/// its members may be called concurrently.
/// </summary>
public interface IMachineIdentityStore
{
    /// <summary>Reads the id of this machine; <see langword="null"/> when none was ever kept.</summary>
    /// <exception cref="MachineIdentityException">What is kept is damaged or unreadable. It is never silently remade.</exception>
    ValueTask<MachineId?> LoadAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps <paramref name="proposed"/> unless an id is kept already, and returns the id that is kept now: the first proposal wins,
    /// also among concurrent ones. When this returns, the id is on stable storage.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="proposed"/> is zero.</exception>
    /// <exception cref="MachineIdentityException">The id could not be read or made durable; then none may be told to anyone.</exception>
    ValueTask<MachineId> KeepAsync(MachineId proposed, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts one more start of this machine and returns the count, 1 at the first. When this returns, the count is on stable storage:
    /// no two starts see the same number. Peers use it to tell a machine from a copy of its disk.
    /// </summary>
    /// <exception cref="MachineIdentityException">The counter is damaged, or could not be made durable.</exception>
    ValueTask<long> NextStartAsync(CancellationToken cancellationToken = default);
}
