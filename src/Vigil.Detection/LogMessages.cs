using Microsoft.Extensions.Logging;
using Vigil.Storage;

namespace Vigil.Detection;

/// <summary>What detection logs. No payloads, no ids of people.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(EventId = 2000, Level = LogLevel.Information,
        Message = "Deciding with features {Features} {FeaturesVersion}, rules {Rules}, model {Model}")]
    public static partial void Deciding(this ILogger logger, string features, int featuresVersion, string rules, string model);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error,
        Message = "A batch of {Count} transactions was not stored ({Failure}); their senders were told to try again, "
            + "and the next attempt is in {Delay}")]
    public static partial void StoreFailed(
        this ILogger logger, StorageException exception, int count, StorageFailure failure, TimeSpan delay);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "The store takes writes again")]
    public static partial void StoreWorks(this ILogger logger);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "Deciding a batch of {Count} transactions failed")]
    public static partial void BatchFailed(this ILogger logger, Exception exception, int count);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Error, Message = "What decides could not be changed; the former goes on")]
    public static partial void SwapFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Information, Message = "Draining: {Count} transactions are left to decide")]
    public static partial void Draining(this ILogger logger, int count);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Warning, Message = "The store still fails ({Failure}); the next attempt is in {Delay}")]
    public static partial void StoreStillFails(this ILogger logger, StorageFailure failure, TimeSpan delay);
}
