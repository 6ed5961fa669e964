using Confluent.Kafka;

namespace Vigil.Detection.Kafka;

/// <summary>How far a partition is from being read.</summary>
internal enum PartitionState
{
    /// <summary>The caller does not know of it yet.</summary>
    Waiting,

    /// <summary>The caller has not said where to start.</summary>
    Announced,

    /// <summary>The client has not gone there yet.</summary>
    Starting,

    /// <summary>It is being read.</summary>
    Reading,
}

/// <summary>What is known of a partition that this member owns.</summary>
internal sealed class OwnedPartition(TopicPartition name)
{
    public TopicPartition Name => name;

    public PartitionState State { get; private set; }

    /// <summary>Offset of the next message; null before the start.</summary>
    public long? Position { get; private set; }

    /// <summary>What the caller had stored when it started.</summary>
    public long? Stored { get; private set; }

    /// <summary>The leader's epoch of the last message; null before the first.</summary>
    public int? Epoch { get; private set; }

    public void Announced() => State = PartitionState.Announced;

    public void Start(StartPosition position) => (State, Position, Stored) = (PartitionState.Starting, position.Offset, position.Stored);

    public void Started() => State = PartitionState.Reading;

    public void AskAgain() => State = PartitionState.Waiting;

    /// <summary>Whether a message is one that was asked for, and not one that was on its way before the start.</summary>
    public bool Accepts(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (State != PartitionState.Reading || result.Offset.Value < Position)
            return false;
        Position = result.Offset.Value + 1;
        Epoch = result.LeaderEpoch ?? 0;
        return true;
    }
}
