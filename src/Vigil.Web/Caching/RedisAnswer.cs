namespace Vigil.Web.Caching;

/// <summary>What came of some commands.</summary>
/// <param name="Failure">Why there are no replies.</param>
/// <param name="Replies">One for each command; null where it failed.</param>
public readonly record struct RedisAnswer(RedisFailure Failure, RedisReply[]? Replies = null);
