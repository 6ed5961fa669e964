namespace Vigil.Web.Caching;

/// <summary>Redis cannot be used; the message tells an operator why, without credentials.</summary>
public sealed class RedisException(string message, Exception? inner = null) : Exception(message, inner);
