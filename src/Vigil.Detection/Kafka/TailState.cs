namespace Vigil.Detection.Kafka;

/// <summary>Whether decisions can be waited for.</summary>
public enum TailState
{
    /// <summary>The ends of the partitions are not known yet: a decision could be missed.</summary>
    Starting,

    /// <summary>They can.</summary>
    Ready,

    /// <summary>No broker answers, or none lets this client in.</summary>
    Unreachable,

    /// <summary>The topic of the transactions or that of the decisions is not there.</summary>
    NoTopic,
}
