namespace Vigil.Core.Rules;

/// <summary>Something that has another value than before.</summary>
/// <param name="What">Its key in the JSON of a rule set.</param>
/// <param name="Before">What it was, as text.</param>
/// <param name="After">What it is.</param>
public sealed record ValueChange(string What, string Before, string After);
