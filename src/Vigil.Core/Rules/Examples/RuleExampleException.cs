namespace Vigil.Core.Rules.Examples;

/// <summary>Examples of rules that cannot be run: says which and what to do.</summary>
public sealed class RuleExampleException(string message, Exception? inner = null) : Exception(message, inner);
