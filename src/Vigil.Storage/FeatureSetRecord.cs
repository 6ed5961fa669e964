namespace Vigil.Storage;

/// <summary>A feature set that decided, kept for ever so that its decisions can be replayed.</summary>
/// <param name="Hash">Hash of the content; the key.</param>
/// <param name="Name">Name, such as <c>default</c>.</param>
/// <param name="Version">Version, as the file states it.</param>
/// <param name="Content">The file, as it was.</param>
public sealed record FeatureSetRecord(string Hash, string Name, string Version, string Content);
