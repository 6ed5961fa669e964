namespace Vigil.Detection.Kafka;

/// <summary>What one <see cref="PartitionLog.Poll"/> brought.</summary>
/// <param name="Waiting">Partitions that wait to be told where to start.</param>
/// <param name="Partitions">Messages, by partition; a partition is there at most once.</param>
public sealed record LogBatch(IReadOnlyList<AssignedPartition> Waiting, IReadOnlyList<PartitionBatch> Partitions)
{
    public static readonly LogBatch Empty = new([], []);
}
