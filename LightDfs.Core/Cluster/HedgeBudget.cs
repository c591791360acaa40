namespace LightDfs.Cluster;

/// <summary>
/// How often a second machine may be asked because the first is slow: for one read in twenty, so that a cluster that is slow as a whole is not asked for everything twice. After Dean and Barroso,
/// "The tail at scale", 2013. Thread-safe.
/// </summary>
internal sealed class HedgeBudget
{
    private const int Cost = 20;
    private const int Most = 10 * Cost;

    private readonly Lock _lock = new();
    private int _saved;

    /// <summary>A machine is asked for the first time.</summary>
    public void Earn()
    {
        lock (_lock)
        {
            _saved = Math.Min(Most, _saved + 1);
        }
    }

    /// <summary>True when a second one may be asked now.</summary>
    public bool TrySpend()
    {
        lock (_lock)
        {
            if (_saved < Cost)
            {
                return false;
            }
            _saved -= Cost;
            return true;
        }
    }
}
