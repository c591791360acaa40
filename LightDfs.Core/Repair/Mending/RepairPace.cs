using LightDfs.Cluster;

namespace LightDfs.Repair.Mending;

/// <summary>Bounds what reconciling takes of this machine: so many transfers out, so many in, and pauses that grow when clients' requests become slower than they usually are. Thread-safe.</summary>
internal sealed class RepairPace(ClientLoad clients, TimeProvider time)
{
    private const int MostIn = 8;
    private const double LongestPause = 16;

    /// <summary>Up to half as slow again is noise.</summary>
    private const double Noise = 1.5;

    private int _in;

    /// <summary>The knob.</summary>
    public RepairSpeed Speed { get; set; } = RepairSpeed.Normal;

    /// <summary>Transfers that this machine sends at once.</summary>
    public int Out => Speed switch
    {
        RepairSpeed.Gentle => 1,
        RepairSpeed.Normal => 2,
        _ => 8,
    };

    /// <summary>How long to pause after a transfer, in lengths of that transfer.</summary>
    public double Pause
    {
        get
        {
            var strain = clients.Strain is var now && now > Noise ? now : 0;
            return Math.Min(LongestPause, Speed switch
            {
                RepairSpeed.Gentle => 3 + (4 * strain),
                RepairSpeed.Normal => 2 * strain,
                _ => strain / 2,
            });
        }
    }

    /// <summary>Waits after a transfer, as long as its speed and the strain on clients ask for.</summary>
    public Task PauseAsync(TimeSpan transfer, CancellationToken cancellationToken)
    {
        var pause = transfer * Pause;
        return pause <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(pause, time, cancellationToken);
    }

    /// <summary>Begins to take a transfer in; false when there are enough of them. Who begins, ends.</summary>
    public bool TryBeginIn()
    {
        if (Interlocked.Increment(ref _in) <= MostIn)
        {
            return true;
        }
        EndIn();
        return false;
    }

    public void EndIn() => Interlocked.Decrement(ref _in);
}
