namespace Vigil.Detection.Kafka;

/// <summary>What there is to know about a topic.</summary>
/// <param name="Partitions">How many; 0 where there is no such topic.</param>
/// <param name="Replicas">Copies of each partition, of the one that has the fewest.</param>
/// <param name="Leaderless">Partitions that nobody serves at the moment.</param>
/// <param name="BehindReplicas">Partitions with a copy that is behind or gone.</param>
public sealed record KafkaTopicFacts(int Partitions, int Replicas, int Leaderless, int BehindReplicas);
