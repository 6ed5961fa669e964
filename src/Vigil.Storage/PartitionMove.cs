namespace Vigil.Storage;

/// <summary>A step of a partition's position, which is stored with what was made of the messages in between.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="From">Where the position is; null where there is none.</param>
/// <param name="Next">Where it goes: the offset after the last message that is accounted for.</param>
public readonly record struct PartitionMove(string Topic, int Partition, long? From, long Next);
