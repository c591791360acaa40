namespace LightDfs.Cluster;

/// <summary>
/// How much slower clients' requests have become than they usually are, so that work in the background can yield to them. Stores, opens from this machine's disk and opens from another one each
/// have times of their own. Thread-safe.
/// </summary>
internal sealed class ClientLoad(TimeProvider time)
{
    private readonly Latency _stores = new(time);
    private readonly Latency _opensHere = new(time);
    private readonly Latency _opensElsewhere = new(time);

    /// <summary>How many times as long as usual clients wait for what became slowest, from 1 on; 1 while there are none.</summary>
    public double Strain => Math.Max(_stores.Strain, Math.Max(_opensHere.Strain, _opensElsewhere.Strain));

    /// <summary>To bring a replica to the write quorum took so long.</summary>
    public void Stored(TimeSpan took) => _stores.Add(took);

    /// <summary>To find and open a replica, its first pages read, took so long.</summary>
    public void Opened(TimeSpan took, bool isHere) => (isHere ? _opensHere : _opensElsewhere).Add(took);

    private sealed class Latency(TimeProvider time)
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

        public void Add(TimeSpan took)
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
}
