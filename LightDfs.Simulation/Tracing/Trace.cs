using System.IO.Hashing;
using System.Runtime.InteropServices;
using LightDfs.Testing.Time;

namespace LightDfs.Simulation.Tracing;

/// <summary>Everything that happens in a run, in order, as a hash of all of it and the last lines.</summary>
/// <param name="time">Stamps the lines.</param>
/// <param name="kept">How many lines are kept to be shown.</param>
internal sealed class Trace(SimulatedTime time, int kept)
{
    private readonly XxHash128 _hash = new();
    private readonly Queue<string> _last = new();

    /// <summary>How many lines there were.</summary>
    public int Count { get; private set; }

    /// <summary>The last of them, oldest first.</summary>
    public IEnumerable<string> Last => _last;

    public string Hash => _hash.GetCurrentHashAsUInt128().ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    public void Note(string line)
    {
        var at = time.Elapsed.Ticks;
        _hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in at)));
        _hash.Append(MemoryMarshal.AsBytes(line.AsSpan()));
        Count++;
        if (kept > 0)
        {
            _last.Enqueue($"{time.Elapsed:mm\\:ss\\.fff} {line}");
            if (_last.Count > kept)
            {
                _last.Dequeue();
            }
        }
    }
}
