using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LightDfs.Tests.Diagnostics;

/// <summary>Keeps what machines log, for tests that say what must, or must not, be there.</summary>
internal sealed class RecordedLogs : ILoggerFactory, ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyList<LogLine> All => [.. _lines];

    /// <summary>What was logged with one of the ids of <c>LogEvents</c>.</summary>
    public IReadOnlyList<string> Of(int eventId) => [.. _lines.Where(line => line.Event == eventId).Select(line => line.Message)];

    public ILogger CreateLogger(string categoryName) => new Logger(_lines);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Everything is kept here.");

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<LogLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new LogLine(eventId.Id, logLevel, formatter(state, exception)));
    }
}

internal sealed record LogLine(int Event, LogLevel Level, string Message);
