namespace Vigil.Detection.Kafka;

/// <summary>How far a group is in a topic.</summary>
/// <param name="Messages">Messages in the topic that the group has not passed.</param>
/// <param name="Lost">Messages that were deleted by retention before the group passed them.</param>
/// <param name="Unread">Partitions that the group has no offset of.</param>
/// <param name="Kept">Messages in the topic.</param>
public sealed record KafkaLag(long Messages, long Lost, int Unread, long Kept);
