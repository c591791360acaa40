namespace LightDfs.Simulation.Machines;

/// <summary>One run of a machine, from its start to its crash or stop.</summary>
internal sealed class MachineRun
{
    private readonly CancellationTokenSource _over = new();

    public LightDfsMachine Machine { get; set; } = null!;

    /// <summary>Cancelled when it crashes or stops: its clients hear nothing of it after that.</summary>
    public CancellationToken Over => _over.Token;

    public bool IsOver { get; private set; }

    public void End()
    {
        IsOver = true;
        _over.Cancel();
    }
}
