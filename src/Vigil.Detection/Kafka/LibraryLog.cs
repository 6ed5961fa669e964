using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>
/// What the library logs, in our log. Of a client whose brokers are away it says many times a second that it failed to
/// connect: once in ten seconds is told, the rest at the level of debugging. Safe for several threads.
/// </summary>
internal sealed partial class LibraryLog(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _told;

    public void Write(LogMessage message)
    {
        var level = message.Level switch
        {
            <= SyslogLevel.Error => LogLevel.Warning, // The library goes on by itself after what it calls an error.
            SyslogLevel.Warning => LogLevel.Warning,
            SyslogLevel.Notice or SyslogLevel.Info => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        if (message.Facility is "FAIL" or "ERROR" && level == LogLevel.Warning && !IsDue())
            level = LogLevel.Debug;
        Library(logger, level, message.Facility, message.Message);
    }

    private bool IsDue()
    {
        lock (_gate)
        {
            if (_told is { } told && time.GetElapsedTime(told) < Every)
                return false;
            _told = time.GetTimestamp();
            return true;
        }
    }

    [LoggerMessage(EventId = 2100, Message = "Kafka client: {Facility} {Text}")]
    private static partial void Library(ILogger logger, LogLevel level, string facility, string text);
}
