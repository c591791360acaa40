namespace LightDfs.Simulation.Machines;

/// <summary>Holds up what a machine would do while its process is stopped: its timers, and whatever comes in or goes out.</summary>
internal sealed class Freezer
{
    private readonly List<Action> _held = [];
    private TaskCompletionSource? _thaw;

    public bool IsFrozen => _thaw is not null;

    public void Freeze() => _thaw ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw()
    {
        if (_thaw is not { } thaw)
        {
            return;
        }
        _thaw = null;
        var held = _held.ToArray();
        _held.Clear();
        foreach (var action in held)
        {
            action();
        }
        thaw.SetResult();
    }

    public void Hold(Action action) => _held.Add(action);

    public async ValueTask WhileFrozenAsync(CancellationToken cancellationToken)
    {
        while (_thaw is { } thaw)
        {
            await thaw.Task.WaitAsync(cancellationToken);
        }
    }
}
