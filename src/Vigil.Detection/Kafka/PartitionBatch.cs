namespace Vigil.Detection.Kafka;

/// <summary>The next messages of one partition, in order.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Records">At least one; offsets rise, and may have gaps.</param>
public sealed record PartitionBatch(int Partition, IReadOnlyList<LogRecord> Records)
{
    /// <summary>The position after the last message: what to store with what was made of them.</summary>
    public long Next => Records[^1].Offset + 1;
}
