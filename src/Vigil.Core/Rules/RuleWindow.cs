using Vigil.Core.Features;

namespace Vigil.Core.Rules;

/// <summary>What a window of a rule has seen.</summary>
/// <param name="Aggregate">The window and what is computed over it.</param>
/// <param name="Since">
/// Event time in microseconds since when it knows every transaction: it is missing where it begins before;
/// <see cref="long.MinValue"/> for the whole record, null for nothing yet.
/// </param>
public readonly record struct RuleWindow(Aggregate Aggregate, long? Since)
{
    public bool IsWhole => Since == long.MinValue;
}
