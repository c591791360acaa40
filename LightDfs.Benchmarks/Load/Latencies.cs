namespace LightDfs.Benchmarks.Load;

/// <summary>How long each request took, all of them kept.</summary>
internal sealed class Latencies
{
    private readonly List<float> _milliseconds = new(1 << 16);
    private bool _isSorted;

    public int Count => _milliseconds.Count;

    public void Add(TimeSpan took)
    {
        _milliseconds.Add((float)took.TotalMilliseconds);
        _isSorted = false;
    }

    /// <summary>What this part of the requests took at most, in milliseconds; 0 when there were none.</summary>
    public double Quantile(double part)
    {
        if (!_isSorted)
        {
            _milliseconds.Sort();
            _isSorted = true;
        }
        return Count == 0 ? 0 : _milliseconds[(int)Math.Min(Count - 1, part * Count)];
    }
}
