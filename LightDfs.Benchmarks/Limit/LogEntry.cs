using System.Buffers;
using System.Threading.Tasks.Sources;

namespace LightDfs.Benchmarks.Limit;

/// <summary>One body that waits for its flush. It stays in its pipe until it is written, so it is copied once, into the batch.</summary>
internal sealed class LogEntry(ReadOnlySequence<byte> bytes) : IValueTaskSource<long>
{
    private ManualResetValueTaskSourceCore<long> _source = new() { RunContinuationsAsynchronously = true };

    /// <summary>What to write; nothing where the writer only waits for the flush of what it wrote itself.</summary>
    public ReadOnlySequence<byte> Bytes => bytes;

    /// <summary>The one that came before it, among those that wait.</summary>
    public LogEntry? Before { get; set; }

    /// <summary>Where it lies in the log, once it is durable.</summary>
    public long Place { get; set; }

    public ValueTask<long> Durable => new(this, _source.Version);

    public void Complete() => _source.SetResult(Place);

    public void Fail(Exception cause) => _source.SetException(cause);

    long IValueTaskSource<long>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<long>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<long>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
