using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Handstamp.Bearer.Tests;

/// <summary>Everything that was logged, at every level.</summary>
sealed class LogLines : ILoggerProvider
{
    readonly ConcurrentQueue<(int Event, string Text)> _lines = new();

    public IReadOnlyList<(int Event, string Text)> Lines => [.. _lines];

    public IEnumerable<string> Of(int eventId) => Lines.Where(line => line.Event == eventId).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(_lines);

    public void Dispose()
    {
    }

    sealed class Logger(ConcurrentQueue<(int, string)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId.Id, $"{logLevel} {formatter(state, exception)} {exception}"));
    }
}
