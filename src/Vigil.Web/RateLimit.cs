namespace Vigil.Web;

/// <summary>A token bucket: so many requests at once, refilled at a steady rate.</summary>
/// <param name="PerSecond">Tokens added each second; above 0, and may be below 1.</param>
/// <param name="Burst">Size of the bucket; at least 1.</param>
public readonly record struct RateLimit(double PerSecond, int Burst);
