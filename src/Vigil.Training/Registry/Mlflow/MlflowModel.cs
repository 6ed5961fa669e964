namespace Vigil.Training.Registry.Mlflow;

/// <summary>A registered model.</summary>
/// <param name="Aliases">Version by alias.</param>
/// <param name="Tags">Its tags.</param>
public sealed record MlflowModel(IReadOnlyDictionary<string, int> Aliases, IReadOnlyDictionary<string, string> Tags);
