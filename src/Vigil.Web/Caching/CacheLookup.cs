namespace Vigil.Web.Caching;

/// <summary>What the cache had.</summary>
internal enum CacheResult
{
    /// <summary>The answer.</summary>
    Hit,

    /// <summary>No answer that is valid.</summary>
    Miss,

    /// <summary>It was not asked, or did not answer.</summary>
    Bypass,
}

/// <summary>The cache's answer, or what is needed to keep the database's.</summary>
/// <param name="Result">What the cache had.</param>
/// <param name="Answer">The JSON, of a hit.</param>
/// <param name="Key">Where to keep the answer.</param>
/// <param name="Generation">What was current before the database was asked; null where the answer is not to be kept.</param>
/// <param name="ReadAt">Redis' time before the database was asked, in microseconds since the epoch.</param>
internal readonly record struct CacheLookup(
    CacheResult Result, ReadOnlyMemory<byte> Answer = default, byte[]? Key = null, byte[]? Generation = null, long ReadAt = 0)
{
    public static CacheLookup Bypass => new(CacheResult.Bypass);

    public static CacheLookup Hit(ReadOnlyMemory<byte> answer) => new(CacheResult.Hit, answer);

    public static CacheLookup Miss(byte[] key, byte[]? generation, long readAt) =>
        new(CacheResult.Miss, default, key, generation, readAt);

    /// <summary>The result as the header X-Cache and the metrics name it.</summary>
    public static string Name(CacheResult result) => result switch
    {
        CacheResult.Hit => "hit",
        CacheResult.Miss => "miss",
        _ => "bypass",
    };
}
