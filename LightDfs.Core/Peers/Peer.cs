using System.Diagnostics.CodeAnalysis;

namespace LightDfs.Peers;

/// <summary>
/// What this machine knows of another one beyond membership: where it answers, which run of it, and whether it does (liveness). Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer that is only ever cancelled holds nothing to dispose.")]
internal sealed class Peer(MachineId id, TimeProvider time)
{
    /// <summary>A machine that only fails to answer in time, and answered this recently, is slow, not down.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private CancellationTokenSource _contact = new();
    private PeerView _view = new() { State = MachineState.Down, Why = "not asked yet", Since = time.GetUtcNow() };
    private long _lastAnswer;
    private long _downSince = time.GetTimestamp();
    private long? _lastReport;
    private long? _firstFailure;
    private long? _lastFailure;

    public MachineId Id { get; } = id;

    /// <summary>How long it takes to show what it holds.</summary>
    public AnswerTimes Reads { get; } = new();

    public PeerView View => Volatile.Read(ref _view);

    public bool IsUp => View.State == MachineState.Up;

    /// <summary>Up, serving, with room and there to stay: fit to be chosen for a new file.</summary>
    public bool TakesFiles => View is { State: MachineState.Up, Report: { IsServing: true, IsFull: false, Failure: "", IsLeaving: false } };

    /// <summary>True when its present run said that it shuts down: what it still answers is asked of others first.</summary>
    public bool IsLeaving => View is { Report.IsLeaving: true };

    /// <summary>For how long this run has seen it down, by the clock that nobody sets; <see langword="null"/> while it is up.</summary>
    public TimeSpan? DownFor
    {
        get
        {
            lock (_lock)
            {
                return IsUp ? null : time.GetElapsedTime(_downSince);
            }
        }
    }

    /// <summary>
    /// For how long it was tried in vain: from the first to the last try since it went down. Less than <see cref="DownFor"/>, since nobody tries all the time. <see langword="null"/> while it is
    /// up, or was not tried: who never tried has nothing to say.
    /// </summary>
    public TimeSpan? UnansweredFor
    {
        get
        {
            if (IsUp)
            {
                return null;
            }
            lock (_lock)
            {
                return !IsUp && _firstFailure is { } first && _lastFailure is { } last ? time.GetElapsedTime(first, last) : null;
            }
        }
    }

    /// <summary>When it was last tried in vain, as a timestamp; <see langword="null"/> for not since it was up.</summary>
    public long? LastFailure
    {
        get
        {
            lock (_lock)
            {
                return _lastFailure;
            }
        }
    }

    public bool FailedWithin(TimeSpan within)
    {
        lock (_lock)
        {
            return _lastFailure is { } last && time.GetElapsedTime(last) <= within;
        }
    }

    /// <summary>True when it is up, and answered within this time, whatever it was asked.</summary>
    public bool AnsweredWithin(TimeSpan within)
    {
        lock (_lock)
        {
            return IsUp && time.GetElapsedTime(_lastAnswer) <= within;
        }
    }

    /// <summary>True when it is up, and its present run told how it is within this time.</summary>
    public bool HasTold(TimeSpan within)
    {
        lock (_lock)
        {
            return IsUp && _view.Report is not null && _lastReport is { } told && time.GetElapsedTime(told) <= within;
        }
    }

    /// <summary>The time for which it is down is counted from now on.</summary>
    public void CountDownAnew()
    {
        lock (_lock)
        {
            _downSince = time.GetTimestamp();
            _firstFailure = _lastFailure = null;
        }
    }

    /// <summary>Cancelled when the machine goes down, so that nobody waits for an answer that will not come.</summary>
    public CancellationToken InContact
    {
        get
        {
            lock (_lock)
            {
                return _contact.Token;
            }
        }
    }

    /// <summary>A new run of it counts from here on; it was not reached yet.</summary>
    public void Accept(MachineCard card)
    {
        Failed(View, "its new run was not reached yet", inTime: true);
        lock (_lock)
        {
            if (card.Start > _view.Start)
            {
                Volatile.Write(ref _view, _view with { Start = card.Start, Incarnation = card.Incarnation, Report = null });
            }
        }
    }

    /// <summary>It answered, proven, at this address. False for a run older than one known: not the machine that is meant.</summary>
    public bool Answered(MachineCard card, string address, TimeSpan? clockAhead = null)
    {
        lock (_lock)
        {
            var known = _view;
            if (card.Start < known.Start || (card.Start == known.Start && card.Incarnation < known.Incarnation))
            {
                return false;
            }
            _lastAnswer = time.GetTimestamp();
            _firstFailure = _lastFailure = null;
            if (_contact.IsCancellationRequested)
            {
                _contact = new CancellationTokenSource();
            }
            Volatile.Write(ref _view, known with
            {
                Address = address,
                Start = card.Start,
                Incarnation = card.Incarnation,
                State = MachineState.Up,
                Why = "it answers",
                Since = known.State == MachineState.Up ? known.Since : time.GetUtcNow(),
                Report = card.Incarnation == known.Incarnation ? known.Report : null,
                ClockAhead = clockAhead ?? known.ClockAhead,
            });
            return true;
        }
    }

    /// <summary>
    /// It was asked, as <paramref name="asked"/> had it, and did not answer. True when it goes down by that. Of a machine that answered since as another run, or elsewhere, it says nothing.
    /// </summary>
    public bool Failed(PeerView asked, string why, bool inTime)
    {
        CancellationTokenSource contact;
        lock (_lock)
        {
            if (asked.Incarnation != _view.Incarnation || asked.Address != _view.Address)
            {
                return false;
            }
            if (!inTime && IsUp && time.GetElapsedTime(_lastAnswer) < Patience)
            {
                return false;
            }
            var wasUp = IsUp;
            _lastFailure = time.GetTimestamp();
            _firstFailure ??= _lastFailure;
            Volatile.Write(ref _view, _view with { State = MachineState.Down, Why = IsLeaving ? $"it was shut down, as it had said ({why.TrimEnd('.')})" : why, Since = wasUp ? time.GetUtcNow() : _view.Since });
            if (!wasUp)
            {
                return false;
            }
            _downSince = time.GetTimestamp();
            contact = _contact;
        }
        contact.Cancel();
        return true;
    }

    public void Reported(PeerReport report)
    {
        lock (_lock)
        {
            _lastReport = time.GetTimestamp();
            Volatile.Write(ref _view, _view with { Report = report });
        }
    }

    /// <summary>Where to try it, as long as it has not answered anywhere.</summary>
    public void TryAt(string address)
    {
        lock (_lock)
        {
            if (_view.Address.Length == 0)
            {
                Volatile.Write(ref _view, _view with { Address = address });
            }
        }
    }
}

/// <summary>A consistent picture of a <see cref="Peer"/>.</summary>
internal sealed record PeerView
{
    /// <summary>Where it answered last; empty when no address is known.</summary>
    public string Address { get; init; } = "";

    public ulong Incarnation { get; init; }

    public long Start { get; init; }

    public required MachineState State { get; init; }

    public required string Why { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>What its present run told in its last heartbeat; <see langword="null"/> before.</summary>
    public PeerReport? Report { get; init; }

    public TimeSpan? ClockAhead { get; init; }
}
