namespace Vigil.Detection.Kafka;

/// <summary>A partition that this instance owns and that nothing is read from yet.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="GroupOffset">What the group last committed; null where nothing, or it has expired.</param>
/// <param name="GroupOffsetIsOurs">Whether a detector committed it, and not an operator's tool.</param>
/// <param name="First">Offset of the oldest message that there still is.</param>
/// <param name="End">Offset after the newest message.</param>
public readonly record struct AssignedPartition(int Partition, long? GroupOffset, bool GroupOffsetIsOurs, long First, long End);
