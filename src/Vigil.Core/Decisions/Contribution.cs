namespace Vigil.Core.Decisions;

/// <summary>What one feature did to a score.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="Value">What it was; NaN is missing.</param>
/// <param name="Usual">What is usual for the account; NaN where that is not known.</param>
/// <param name="Moved">Its Shapley value: how far it moved the margin, towards fraud where positive.</param>
/// <param name="Text">The same in words, for people who know neither the model nor its features.</param>
public sealed record Contribution(string Feature, float Value, float Usual, float Moved, string Text);
