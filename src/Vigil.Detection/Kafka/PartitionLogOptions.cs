namespace Vigil.Detection.Kafka;

/// <summary>How a topic is read.</summary>
public sealed record PartitionLogOptions
{
    /// <summary>Most messages of one batch, 1 or more. Default 8,192.</summary>
    public int BatchRecords { get; init; } = 8_192;

    /// <summary>A batch ends after so many bytes of values. Default 8 MiB.</summary>
    public int BatchBytes { get; init; } = 8 << 20;

    /// <summary>A batch that has messages waits for more for this long. Default 5 ms.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Most KiB that the client fetches ahead, over all partitions. Default 32 MiB.</summary>
    public int FetchAheadKib { get; init; } = 32 * 1024;

    /// <summary>How often the group's offsets are committed. Default 1 s.</summary>
    public TimeSpan GroupCommitEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// An instance that does not poll for this long loses its partitions. Default 5 minutes. Where the caller cannot go on,
    /// it pauses and keeps polling.
    /// </summary>
    public TimeSpan MaxPollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>An instance that is not heard of for this long loses its partitions, 6 s or more. Default 15 s.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether a rebalance moves only the partitions that change owners. Default true. False stops all for a moment; the
    /// client library's mock cluster needs that.
    /// </summary>
    public bool Cooperative { get; init; } = true;
}
