namespace Vigil.Detection.Kafka;

/// <summary>Why a partition is read from where it is.</summary>
public enum StartReason
{
    /// <summary>Nothing was read before: from the oldest message.</summary>
    Beginning,

    /// <summary>There is no stored position, but one of the group.</summary>
    Group,

    /// <summary>The stored position.</summary>
    Stored,

    /// <summary>Before the stored position: what lies between is stored, and perhaps not told.</summary>
    Untold,

    /// <summary>An operator moved the group ahead of the stored position: what lies between is passed over.</summary>
    OperatorSkip,

    /// <summary>An operator moved the group behind the stored position: what lies between is read again.</summary>
    OperatorReread,

    /// <summary>Messages between the position and <see cref="AssignedPartition.First"/> are gone: they were never read.</summary>
    Expired,

    /// <summary>The position lies after the end: the topic is another one than it was. From its oldest message.</summary>
    Recreated,
}
