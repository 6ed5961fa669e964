namespace Vigil.Core.Rules;

/// <summary>A rule that cannot be used: says which and where.</summary>
public sealed class RuleSetException(string message, Exception inner) : Exception(message, inner);
