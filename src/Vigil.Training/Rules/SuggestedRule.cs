namespace Vigil.Training.Rules;

/// <summary>A rule found in history.</summary>
/// <param name="Name">Its name in the rule set.</param>
/// <param name="Text">The rule, such as <c>review when amount >= 220</c>.</param>
/// <param name="Says">What it tells an analyst.</param>
/// <param name="InTime">On the days that it was found on.</param>
/// <param name="OutOfTime">On later days, of which it has seen nothing.</param>
public sealed record SuggestedRule(string Name, string Text, string Says, RuleQuality InTime, RuleQuality OutOfTime);
