namespace Vigil.Detection.Kafka;

/// <summary>Where to start reading a partition, and why.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">Where.</param>
/// <param name="Reason">Why.</param>
/// <param name="Stored">The position that the caller had stored; null for none.</param>
public readonly record struct StartPosition(int Partition, long Offset, StartReason Reason, long? Stored)
{
    /// <summary>
    /// The caller's position is the truth, for it was stored together with what was made of the messages. The group's
    /// offset, committed afterwards, counts only where an operator's tool set it (kafka-consumer-groups --reset-offsets);
    /// one that a detector committed may be older (a crash between the two commits) or newer (the database was restored
    /// from a backup, and the messages since must be read again).
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="stored">The caller's position: offset of the first message that was not processed; null for none.</param>
    public static StartPosition Choose(in AssignedPartition partition, long? stored)
    {
        var (offset, reason) = (stored, partition.GroupOffset) switch
        {
            (null, null) => (partition.First, StartReason.Beginning),
            (null, { } group) => (group, StartReason.Group),
            ({ } known, { } group) when !partition.GroupOffsetIsOurs && group > known => (group, StartReason.OperatorSkip),
            ({ } known, { } group) when !partition.GroupOffsetIsOurs && group < known => (group, StartReason.OperatorReread),
            ({ } known, _) => (known, StartReason.Stored),
        };
        if (offset > partition.End)
            (offset, reason) = (partition.First, StartReason.Recreated);
        else if (offset < partition.First)
            (offset, reason) = (partition.First, StartReason.Expired);
        return new StartPosition(partition.Partition, offset, reason, stored);
    }
}
