using System.Diagnostics.CodeAnalysis;

namespace LightDfs.Simulation.Machines;

/// <summary>One run of a machine, from its start to its crash or stop.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer that is only ever cancelled holds nothing to dispose.")]
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
