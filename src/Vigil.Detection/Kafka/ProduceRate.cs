namespace Vigil.Detection.Kafka;

/// <summary>How fast to produce.</summary>
/// <param name="PerSecond">At most so many transactions; null for no bound.</param>
/// <param name="Time">The clock.</param>
public sealed record ProduceRate(double? PerSecond, TimeProvider Time)
{
    private const int MostRows = 4_096;

    /// <summary>Rows after which the place in the source is kept: two batches a second, where that makes sense.</summary>
    internal int BatchRows => PerSecond is { } rate ? (int)Math.Clamp(rate / 2, 1, MostRows) : MostRows;

    /// <summary>Makes what waits for the next turn; waiting ends early where it is cancelled.</summary>
    internal Action<CancellationToken> Pacer()
    {
        if (PerSecond is not { } rate)
            return _ => { };
        var began = Time.GetTimestamp();
        var bucket = new TokenBucket(rate, TimeSpan.Zero);
        return cancel =>
        {
            var wait = bucket.Take(Time.GetElapsedTime(began));
            if (wait > TimeSpan.Zero)
                Task.Delay(wait, Time, cancel).GetAwaiter().GetResult();
        };
    }
}
