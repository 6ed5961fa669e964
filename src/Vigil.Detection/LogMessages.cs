using Microsoft.Extensions.Logging;
using Vigil.Core.Features;
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

    [LoggerMessage(EventId = 2007, Level = LogLevel.Information,
        Message = "{Count} windows of rules over {Entity} are filled, {Entities} of them in memory")]
    public static partial void WindowsFilled(this ILogger logger, int count, EntityKey entity, int entities);

    [LoggerMessage(EventId = 2008, Level = LogLevel.Error,
        Message = "Circuit breaker: {Subject} blocked {Blocks} of {Decisions} decisions, more than its share of {Share}; it goes into shadow")]
    public static partial void BreakerTripped(this ILogger logger, string subject, long blocks, long decisions, double share);

    [LoggerMessage(EventId = 2009, Level = LogLevel.Error, Message = "{Subject} could not be put into shadow")]
    public static partial void BreakerFailed(this ILogger logger, Exception exception, string subject);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Error, Message = "Rules {Version} cannot be used; rules {Former} go on")]
    public static partial void RulesFailed(this ILogger logger, Exception exception, int version, string former);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Error, Message = "Rules and lists could not be looked at; the next attempt is in {Delay}")]
    public static partial void RulesWatchFailed(this ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Information, Message = "Filling {Count} windows of rules over {Entity} from the record")]
    public static partial void FillingWindows(this ILogger logger, int count, EntityKey entity);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Error, Message = "Windows of rules could not be filled; they stay missing until the next attempt")]
    public static partial void WindowsFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2014, Level = LogLevel.Warning, Message = "A batch was dropped, its messages are read again: {Reason}")]
    public static partial void LogNotTaken(this ILogger logger, string reason);

    [LoggerMessage(EventId = 2015, Level = LogLevel.Warning, Message = "Reading is paused: {Reason}")]
    public static partial void ReadingPaused(this ILogger logger, string reason);

    [LoggerMessage(EventId = 2019, Level = LogLevel.Warning,
        Message = "The topic {Topic} is another one than it was: it was deleted and made anew, and is read from its beginning")]
    public static partial void TopicMadeAnew(this ILogger logger, string topic);

    [LoggerMessage(EventId = 2016, Level = LogLevel.Information, Message = "Reading goes on")]
    public static partial void ReadingGoesOn(this ILogger logger);

    [LoggerMessage(EventId = 2017, Level = LogLevel.Error, Message = "Reading the log failed; it is begun again in {Delay}")]
    public static partial void ReadingFailed(this ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(EventId = 2018, Level = LogLevel.Warning, Message = "Decisions could not be told; they are told again: {Reason}")]
    public static partial void TellingFailed(this ILogger logger, string reason);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Information, Message = "Draining: {Count} transactions are left to decide")]
    public static partial void Draining(this ILogger logger, int count);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Warning, Message = "The store still fails ({Failure}); the next attempt is in {Delay}")]
    public static partial void StoreStillFails(this ILogger logger, StorageFailure failure, TimeSpan delay);

    [LoggerMessage(EventId = 2020, Level = LogLevel.Error, Message = "Model version {Version} ({Alias}) failed and is not scored any more; decisions go on without it")]
    public static partial void ChallengerFailed(this ILogger logger, Exception exception, string version, string alias);
}
