namespace LightDfs.Cluster;

/// <summary>How much slower clients' requests have become than they usually are, so that work in the background can yield to them. Thread-safe.</summary>
internal sealed class ClientLoad(TimeProvider time)
{
    private const int LeastRequests = 8;
    private const double UsuallyWeight = 1.0 / 256;
    private const double LatelyWeight = 1.0 / 8;
    private static readonly TimeSpan Forgets = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private double _usually;
    private double _lately;
    private long _lastRequest;
    private long _requests;

    /// <summary>How many times as long as usual clients wait, from 1 on; 1 while there are none.</summary>
    public double Strain
    {
        get
        {
            lock (_lock)
            {
                return _requests < LeastRequests || _usually <= 0 || time.GetElapsedTime(_lastRequest) > Forgets ? 1 : Math.Max(1, _lately / _usually);
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
            _usually += (took.TotalSeconds - _usually) * Math.Max(UsuallyWeight, 1.0 / _requests);
            _lately += (took.TotalSeconds - _lately) * Math.Max(LatelyWeight, 1.0 / _requests);
        }
    }
}
