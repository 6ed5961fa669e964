using System.Globalization;
using Vigil.Core.Features;
using Vigil.Core.Rules;

namespace Vigil.Detection.Rules;

/// <summary>Something that blocked more than its share.</summary>
/// <param name="Rule">The rule's name; null for the model.</param>
/// <param name="Blocks">What it blocked in the window.</param>
/// <param name="Decisions">All decisions of the window.</param>
/// <param name="Policy">What it may.</param>
public readonly record struct BreakerTrip(string? Rule, long Blocks, long Decisions, Breaker Policy)
{
    /// <summary>What went into shadow: the rule's name, or <c>model</c>.</summary>
    public string Subject => Rule ?? "model";

    /// <summary>Why, for people.</summary>
    public string Reason => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Rule is null ? "the model" : $"rule {Rule}")} blocked {Blocks:N0} of {Decisions:N0} decisions within {new Window(Policy.Window, 0)}, more than its share of {Policy.Share:P2}: put into shadow");
}
