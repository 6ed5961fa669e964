using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Vigil.Detection.Kafka;

namespace Vigil.Tests.Detection.Kafka;

public sealed class LibraryLogTests
{
    [Fact]
    public void A_failure_that_comes_again_and_again_is_a_warning_once_in_ten_seconds()
    {
        var lines = new Lines();
        var time = new Clock();
        var log = new LibraryLog(lines, time);
        for (var i = 0; i < 40; i++, time.Now += TimeSpan.FromMilliseconds(500))
            log.Write(new LogMessage("c", SyslogLevel.Error, "FAIL", "connection refused"));
        log.Write(new LogMessage("c", SyslogLevel.Warning, "CONFWARN", "another thing"));
        lines.Warnings.ShouldBe(["FAIL", "FAIL", "CONFWARN"]);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private sealed class Lines : ILogger
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                Warnings.Add(formatter(state, exception).Split(' ')[2]);
        }
    }
}
