using Microsoft.Extensions.Logging;

namespace Wuts.Testing.Mirror;

/// <summary>The latest lines that clients have logged, for the report of a test that fails.</summary>
public sealed class LogTail : ILoggerFactory, ILogger
{
    private const int Capacity = 40;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
            if (_lines.Count > Capacity)
            {
                _lines.Dequeue();
            }
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return string.Join("\n  ", _lines);
        }
    }

    public void Dispose()
    {
    }
}
