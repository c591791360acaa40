using LightDfs.Storage;

namespace LightDfs.Identity;

/// <summary>Collects what is wrong with a machine's identity, so that all of it is told at once.</summary>
internal sealed class IdentityProblems
{
    private const string Marker = $"marker (document '{DataDirectoryMarker.DocumentName}' in the data directory)";
    private readonly List<string> _problems = [];
    private readonly List<Exception> _causes = [];

    public bool Any => _problems.Count > 0;

    public async ValueTask<T?> TryAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is MachineIdentityException or InvalidDataException or StorageException)
        {
            _problems.Add(cause.Message);
            _causes.Add(cause);
            return default;
        }
    }

    /// <summary>Checks that the id that was kept and the data directory belong together.</summary>
    public void Check(MachineId? id, DataDirectoryMarker? marker)
    {
        if (id is { } known)
        {
            if (marker is null)
            {
                _problems.Add(
                    $"There is a machine id, '{known}', but the data directory has no {Marker}: it is not this machine's, was emptied, or is not mounted. "
                    + "Mount the right one; or, to let this machine be replaced, remove the id too.");
            }
            else if (marker.Machine != known)
            {
                _problems.Add(
                    $"The machine id is '{known}', but the {Marker} names '{marker.Machine?.ToString() ?? "none"}'. "
                    + "Put the id and the data directory together that belong together; never mix those of two machines.");
            }
        }
        else if (marker is { IsSettled: true })
        {
            _problems.Add(
                $"The {Marker} names machine '{marker.Machine}', but no machine id is kept: its file was lost. "
                + "Restore it from a backup; or, to let this machine be replaced, empty the data directory.");
        }
    }

    /// <exception cref="MachineIdentityException">There are problems.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            var inner = _causes.Count switch
            {
                0 => null,
                1 => _causes[0],
                _ => new AggregateException(_causes),
            };
            throw new MachineIdentityException(string.Join(Environment.NewLine, _problems), inner);
        }
    }
}
