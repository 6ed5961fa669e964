namespace Vigil.Training.Learning;

/// <summary>Something about a history that one should know before a model learns from it.</summary>
/// <param name="IsFatal">Whether a model that learned from it would be worth nothing.</param>
/// <param name="Said">What, with its numbers, and what to do.</param>
public sealed record HistoryFinding(bool IsFatal, string Said);
