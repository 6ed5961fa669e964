namespace Vigil.Detection.Kafka;

/// <summary>
/// Says how long to wait so that no more than a rate is kept. What was not used is kept for a twentieth of a second and
/// then lost: whoever fell behind does not catch up with a flood. Time is a parameter.
/// </summary>
internal sealed class TokenBucket
{
    private const double BurstSeconds = 0.05;

    private readonly double _rate;
    private readonly double _burst;
    private double _tokens = 1;
    private TimeSpan _last;

    /// <param name="rate">Per second, above 0.</param>
    /// <param name="now">The time, from any beginning.</param>
    public TokenBucket(double rate, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        (_rate, _burst, _last) = (rate, Math.Max(1, rate * BurstSeconds), now);
    }

    /// <summary>Takes one token, ahead of time where there is none.</summary>
    /// <returns>How long to wait before using it.</returns>
    public TimeSpan Take(TimeSpan now)
    {
        _tokens = Math.Min(_burst, _tokens + (now - _last).TotalSeconds * _rate) - 1;
        _last = now;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / _rate);
    }
}
