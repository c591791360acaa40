namespace LightDfs.Repair.Mending;

/// <summary>
/// Bounds what reconciling takes of this machine: so many transfers out, so many in, and pauses that grow when clients' requests become slower than they usually are. Thread-safe.
/// </summary>
internal sealed class RepairPace(TimeProvider time)
{
    private const int MostIn = 8;
    private const double UsuallyWeight = 1.0 / 256;
    private const double LatelyWeight = 1.0 / 8;
    private const double LongestPause = 16;
    private static readonly TimeSpan Forgets = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private double _usually;
    private double _lately;
    private long _lastRequest;
    private long _requests;
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

    /// <summary>How much slower clients' requests are than usual, from 1 on; 1 while there are none.</summary>
    public double Strain
    {
        get
        {
            lock (_lock)
            {
                return _requests < 8 || time.GetElapsedTime(_lastRequest) > Forgets ? 1 : Math.Max(1, _lately / Math.Max(_usually, double.Epsilon));
            }
        }
    }

    /// <summary>A client's request took so long.</summary>
    public void Served(TimeSpan took)
    {
        lock (_lock)
        {
            _requests++;
            _lastRequest = time.GetTimestamp();
            var seconds = took.TotalSeconds;
            _usually += (seconds - _usually) * Math.Max(UsuallyWeight, 1.0 / _requests);
            _lately += (seconds - _lately) * Math.Max(LatelyWeight, 1.0 / _requests);
        }
    }

    /// <summary>Waits after a transfer, as long as its speed and the strain on clients ask for.</summary>
    public Task PauseAsync(TimeSpan transfer, CancellationToken cancellationToken)
    {
        // Up to half as slow again is noise.
        var strain = Strain is var now && now > 1.5 ? now : 0;
        var factor = Math.Min(LongestPause, Speed switch
        {
            RepairSpeed.Gentle => 3 + (4 * strain),
            RepairSpeed.Normal => 2 * strain,
            _ => strain / 2,
        });
        return factor == 0 || transfer <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(transfer * factor, time, cancellationToken);
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
