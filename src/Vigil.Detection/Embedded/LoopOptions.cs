namespace Vigil.Detection.Embedded;

/// <summary>How the decision loop takes and stores transactions.</summary>
public sealed record LoopOptions
{
    /// <summary>Transactions that may wait, 1 or more. Beyond it, senders wait. Default 4,096.</summary>
    public int QueueCapacity { get; init; } = 4_096;

    /// <summary>Most transactions of one batch, 1 or more: what waits is taken at once, none is waited for. Default 512.</summary>
    public int MaxBatch { get; init; } = 512;

    /// <summary>How long a sender waits for room in the queue before it is told to try again. Default 2 s.</summary>
    public TimeSpan EnqueueTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Pause after a failure of the store; doubled with each further one up to <see cref="MaxRetryDelay"/>. Default 100 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause between attempts. Default 5 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);
}
