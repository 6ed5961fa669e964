namespace Vigil.Web.Caching;

/// <summary>Why Redis gave no usable answer.</summary>
public enum RedisFailure
{
    /// <summary>It did.</summary>
    None,

    /// <summary>There is no connection at the moment; nothing was waited for.</summary>
    Away,

    /// <summary>It did not answer in time.</summary>
    Slow,

    /// <summary>More is under way than is kept in memory; nothing was waited for.</summary>
    Busy,

    /// <summary>It answered that it cannot do it: out of memory, read-only, no permission.</summary>
    Refused,
}
