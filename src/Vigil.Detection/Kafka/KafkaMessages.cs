using Microsoft.Extensions.Logging;

namespace Vigil.Detection.Kafka;

/// <summary>What the work with Kafka logs. No payloads, no keys.</summary>
internal static partial class KafkaMessages
{
    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "{Topic}: got partitions {Partitions}")]
    public static partial void PartitionsAssigned(this ILogger logger, string topic, IReadOnlyList<int> partitions);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Information, Message = "{Topic}: gives up partitions {Partitions} (lost: {Lost})")]
    public static partial void PartitionsReleased(this ILogger logger, string topic, IReadOnlyList<int> partitions, bool lost);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Information,
        Message = "{Topic}: reads partition {Partition} from offset {Offset} ({Reason}; stored position: {Stored})")]
    public static partial void PartitionStarts(
        this ILogger logger, string topic, int partition, long offset, StartReason reason, long? stored);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Warning, Message = "{Topic}: cannot be read now: {Problem}")]
    public static partial void PollFailed(this ILogger logger, string topic, string problem);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Warning,
        Message = "{Topic}: the group's offsets were not committed ({Problem}); the lag that tools show is too high until they are")]
    public static partial void GroupCommitFailed(this ILogger logger, string topic, string problem);

    [LoggerMessage(EventId = 2106, Level = LogLevel.Warning, Message = "{Topic}: the group was not left in order: {Problem}")]
    public static partial void LeavingFailed(this ILogger logger, string topic, string problem);

    [LoggerMessage(EventId = 2107, Level = LogLevel.Information, Message = "{Topic}: follows partition {Partition} from offset {Offset}")]
    public static partial void TailStarts(this ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(EventId = 2108, Level = LogLevel.Warning,
        Message = "{Topic}: decisions cannot be waited for now: {Problem}; transactions are refused until they can")]
    public static partial void TailFails(this ILogger logger, string topic, string problem);

    [LoggerMessage(EventId = 2109, Level = LogLevel.Information, Message = "{Topic}: decisions can be waited for")]
    public static partial void TailWorks(this ILogger logger, string topic);

    [LoggerMessage(EventId = 2110, Level = LogLevel.Error, Message = "{Topic}: following the decisions failed; it goes on")]
    public static partial void TailBroken(this ILogger logger, Exception exception, string topic);
}
