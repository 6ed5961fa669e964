namespace Vigil.Web.Explanations;

/// <summary>What one feature did to the score.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="Value">What it was; null is missing.</param>
/// <param name="Usual">Its median over the account's earlier payments; null where fewer than three have it.</param>
/// <param name="Contribution">Its exact Shapley value: how far it moved the margin, towards fraud where positive.</param>
/// <param name="Factor">What it multiplied the odds of fraud with; where an isolation forest decided, the score.</param>
/// <param name="Text">The same in words.</param>
public sealed record FeatureContribution(string Feature, float? Value, float? Usual, float Contribution, double Factor, string Text);
