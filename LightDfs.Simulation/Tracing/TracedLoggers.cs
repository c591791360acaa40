using LightDfs.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LightDfs.Simulation.Tracing;

/// <summary>What a machine logs is part of the trace. Background work that ends by an error is a defect wherever it happens.</summary>
internal sealed class TracedLoggers(string machine, Trace trace, Action<string> violate) : ILoggerFactory, ILogger
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }
        var text = formatter(state, exception);
        trace.Note($"{machine} {logLevel} {text}{(exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]")}");
        if (eventId.Id == LogEvents.LoopEnded)
        {
            violate($"background work of {machine} ended: {text} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
