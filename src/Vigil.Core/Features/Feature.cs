namespace Vigil.Core.Features;

/// <summary>One number of a feature set.</summary>
/// <param name="Name">Lower-case letters, digits and underscores; unique in its set.</param>
/// <param name="Value">The expression that gives it.</param>
/// <param name="Says">
/// What to tell an analyst when this feature drove a decision: a text in which {expression} is replaced by its value.
/// </param>
public sealed record Feature(string Name, string Value, string Says);
