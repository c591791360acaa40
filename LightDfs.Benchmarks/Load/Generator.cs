using System.Diagnostics;

namespace LightDfs.Benchmarks.Load;

/// <summary>Keeps some connections busy for some time, on one thread, and measures every request.</summary>
internal sealed class Generator : IDisposable
{
    private const int MostErrors = 1000;
    private const int CheckEveryMilliseconds = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Order _order;
    private readonly Requests _requests;
    private readonly Epoll _epoll = new();
    private readonly Connection[] _connections;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(1024 * 1024, pinned: true);
    private readonly Latencies _latencies = new();
    private readonly List<string> _ids = [];
    private long _begun;
    private long _deadline;
    private long _started;
    private int _busy;
    private long _last;
    private long _errors;
    private string? _firstError;

    public Generator(Order order)
    {
        _order = order;
        _requests = new Requests(order);
        _connections = [.. Enumerable.Range(0, order.AtOnce).Select(Connect)];
    }

    public Outcome Run()
    {
        var cpu = Environment.CpuUsage.TotalTime;
        _begun = _last = Stopwatch.GetTimestamp();
        _deadline = _begun + (long)(_order.Seconds * Stopwatch.Frequency);
        foreach (var connection in _connections)
        {
            BeginNext(connection, isFirst: true);
        }
        Span<int> changed = stackalloc int[128];
        while (_busy > 0)
        {
            var count = _epoll.Wait(changed, CheckEveryMilliseconds);
            foreach (var number in changed[..count])
            {
                Continue(number);
            }
            if (count == 0)
            {
                GiveUpOnTheSilent();
            }
        }
        return new Outcome
        {
            Requests = _latencies.Count,
            Seconds = Stopwatch.GetElapsedTime(_begun, _last).TotalSeconds,
            P50 = _latencies.Quantile(0.5),
            P99 = _latencies.Quantile(0.99),
            Errors = _errors,
            FirstError = _firstError,
            CpuSeconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            Ids = _ids,
        };
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
        _epoll.Dispose();
    }

    private void Continue(int number)
    {
        var connection = _connections[number];
        if (!connection.IsBusy)
        {
            return;
        }
        try
        {
            if (connection.Continue(_buffer))
            {
                _busy--;
                Finish(connection);
                BeginNext(connection, isFirst: false);
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            Fail(failure.Message);
            Replace(number);
        }
    }

    private void Finish(Connection connection)
    {
        _last = Stopwatch.GetTimestamp();
        var answer = connection.Answer;
        if (answer.Status != _requests.Status || (_requests.Length is { } length && answer.Length != length))
        {
            Fail($"{connection.Address} answered {answer.Status} with {answer.Length} bytes: {System.Text.Encoding.ASCII.GetString(answer.Head)}");
            return;
        }
        _latencies.Add(Stopwatch.GetElapsedTime(connection.Begun, _last));
        if (_order.KeepIds)
        {
            _ids.Add(answer.Id());
        }
    }

    private void BeginNext(Connection connection, bool isFirst)
    {
        if (_started < _order.MaxRequests && (isFirst || Stopwatch.GetTimestamp() < _deadline))
        {
            _started++;
            _busy++;
            connection.Begin();
        }
    }

    private void Replace(int number)
    {
        _busy -= _connections[number].IsBusy ? 1 : 0;
        _connections[number].Dispose();
        _connections[number] = Connect(number);
        BeginNext(_connections[number], isFirst: false);
    }

    private Connection Connect(int number)
    {
        var connection = new Connection(_order.Addresses[number % _order.Addresses.Count], _requests);
        connection.WatchBy(_epoll, number);
        return connection;
    }

    private void Fail(string why)
    {
        _firstError ??= why;
        if (++_errors == MostErrors)
        {
            throw new InvalidOperationException($"{MostErrors} requests failed. The first: {_firstError}");
        }
    }

    private void GiveUpOnTheSilent()
    {
        for (var number = 0; number < _connections.Length; number++)
        {
            if (_connections[number] is { IsBusy: true } silent && Stopwatch.GetElapsedTime(silent.Begun) > Patience + TimeSpan.FromSeconds(_order.Size >> 24))
            {
                Fail($"{silent.Address} did not answer for {Patience.TotalMinutes} minutes.");
                Replace(number);
            }
        }
    }
}
