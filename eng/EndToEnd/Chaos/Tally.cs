using System.Collections.Concurrent;

namespace EndToEnd.Chaos;

/// <summary>What clients were told while faults were injected. Thread-safe.</summary>
internal sealed class Tally
{
    private readonly ConcurrentBag<string> _lost = [];
    private readonly ConcurrentBag<string> _wrong = [];
    private readonly ConcurrentBag<string> _odd = [];
    private int _requests;
    private int _unavailable;
    private int _silent;
    private int _late;

    public int Requests => _requests;

    /// <summary>Answers 503, 507 and 408: honest, and allowed.</summary>
    public int Unavailable => _unavailable;

    /// <summary>Refused, silent and broken connections, as of a machine that was killed or stopped: allowed, too.</summary>
    public int Silent => _silent;

    /// <summary>Reads of a deleted file that succeeded. Allowed only of a machine that missed the delete unnoticed.</summary>
    public int ServedAfterDelete => _late;

    /// <summary>"There is no such file", of one that was acknowledged.</summary>
    public IReadOnlyCollection<string> Lost => _lost;

    public IReadOnlyCollection<string> WrongBytes => _wrong;

    /// <summary>Answers that nothing explains.</summary>
    public IReadOnlyCollection<string> Odd => _odd;

    public void Asked() => Interlocked.Increment(ref _requests);

    public void WasUnavailable() => Interlocked.Increment(ref _unavailable);

    public void WasSilent() => Interlocked.Increment(ref _silent);

    public void WasServedAfterDelete() => Interlocked.Increment(ref _late);

    public void WasLost(string what) => _lost.Add(what);

    public void WasWrong(string what) => _wrong.Add(what);

    public void WasOdd(string what) => _odd.Add(what);
}
