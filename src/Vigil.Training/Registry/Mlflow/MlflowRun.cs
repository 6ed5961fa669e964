namespace Vigil.Training.Registry.Mlflow;

/// <summary>A run.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ArtifactUri">Where its files are.</param>
public sealed record MlflowRun(string Id, string ArtifactUri);
