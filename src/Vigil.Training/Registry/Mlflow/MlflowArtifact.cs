namespace Vigil.Training.Registry.Mlflow;

/// <summary>A file that a server holds.</summary>
/// <param name="Path">Under the folder that was listed.</param>
/// <param name="Size">Bytes; null where the server does not say, as of empty ones.</param>
public sealed record MlflowArtifact(string Path, long? Size);
