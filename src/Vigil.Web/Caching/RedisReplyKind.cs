namespace Vigil.Web.Caching;

/// <summary>Kinds of RESP2 values.</summary>
public enum RedisReplyKind
{
    /// <summary>There is no such value.</summary>
    Nil,

    /// <summary>A short text, such as OK.</summary>
    Text,

    /// <summary>The command failed; the text begins with a code such as WRONGPASS.</summary>
    Error,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A value as it was stored.</summary>
    Bytes,

    /// <summary>Several replies.</summary>
    Items,
}
