using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LightDfs.Tests.Cluster;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogRecorder : ILoggerFactory
{
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private readonly Dictionary<int, TaskCompletionSource> _awaited = [];

    public IReadOnlyList<LogLine> Of(int eventId) => [.. _lines.Where(line => line.EventId == eventId)];

    /// <summary>Completes when a message of this event is there.</summary>
    public Task SawAsync(int eventId)
    {
        lock (_lines)
        {
            return Of(eventId).Count > 0 ? Task.CompletedTask : (_awaited[eventId] = _awaited.GetValueOrDefault(eventId) ?? new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It keeps what is logged, and passes nothing on.");

    public void Dispose()
    {
    }

    private void Add(LogLine line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_awaited.Remove(line.EventId, out var awaited))
            {
                awaited.SetResult();
            }
        }
    }

    internal sealed record LogLine(int EventId, LogLevel Level, string Message);

    private sealed class Recorder(LogRecorder recorder) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder.Add(new LogLine(eventId.Id, logLevel, formatter(state, exception)));
    }
}
