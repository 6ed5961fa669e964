namespace Vigil.Training.Evaluation;

/// <summary>One row of the table of published numbers.</summary>
/// <param name="Model">Its name, in words.</param>
/// <param name="Week">On <see cref="HandbookProtocol.Week"/>; null where none was published.</param>
/// <param name="FourFolds">Mean over <see cref="HandbookProtocol.Four"/>; null where none was published.</param>
public sealed record PublishedResult(string Model, HandbookMetrics? Week, HandbookMetrics? FourFolds);
