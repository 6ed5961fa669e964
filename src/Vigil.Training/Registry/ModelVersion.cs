namespace Vigil.Training.Registry;

/// <summary>A version of the model, as the registry knows it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ChangedAt">UTC; where the registry has stages, also when the version was moved last.</param>
/// <param name="Stage">MLflow's stage: None, Staging, Production or Archived; empty in a folder, which has none.</param>
/// <param name="Aliases">Names that stand for it, as <c>champion</c>.</param>
/// <param name="Tags">What was noted about it.</param>
/// <param name="RunId">The run that made it; empty where none is known.</param>
public sealed record ModelVersion(
    int Number, DateTime CreatedAt, DateTime ChangedAt, string Stage, IReadOnlyList<string> Aliases,
    IReadOnlyDictionary<string, string> Tags, string RunId = "");
