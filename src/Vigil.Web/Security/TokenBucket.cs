using System.Threading.RateLimiting;

namespace Vigil.Web.Security;

/// <summary>Turns a <see cref="RateLimit"/> into the framework's token bucket.</summary>
internal static class TokenBucket
{
    public static TokenBucketRateLimiterOptions Options(RateLimit limit) => new()
    {
        TokenLimit = limit.Burst,
        // The framework adds whole tokens: at a rate below one per second it is the period that is longer.
        TokensPerPeriod = Math.Max(1, (int)Math.Round(limit.PerSecond)),
        ReplenishmentPeriod = limit.PerSecond < 1 ? TimeSpan.FromSeconds(1 / limit.PerSecond) : TimeSpan.FromSeconds(1),
        QueueLimit = 0,
        AutoReplenishment = true,
    };
}
