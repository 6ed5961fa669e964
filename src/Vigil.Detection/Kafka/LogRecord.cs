using Confluent.Kafka;

namespace Vigil.Detection.Kafka;

/// <summary>One message of a topic.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its place there.</param>
/// <param name="Time">When the producer or the broker wrote it, as the topic is set up; µs since 1970.</param>
/// <param name="Key">Its key; null where it has none.</param>
/// <param name="Value">Its value; null where it has none (a tombstone).</param>
/// <param name="Headers">Its headers; may be empty.</param>
public readonly record struct LogRecord(
    string Topic, int Partition, long Offset, long Time, byte[]? Key, byte[]? Value, Headers Headers)
{
    internal static LogRecord Of(ConsumeResult<byte[]?, byte[]?> result) => new(
        result.Topic, result.Partition.Value, result.Offset.Value, result.Message.Timestamp.UnixTimestampMs * 1_000,
        result.Message.Key, result.Message.Value, result.Message.Headers ?? []);
}
