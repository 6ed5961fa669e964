namespace Vigil.Storage.Lists;

/// <summary>How far an import has come.</summary>
/// <param name="Read">Lines read and found good.</param>
/// <param name="Written">Values of those that are stored.</param>
public readonly record struct ListImportProgress(long Read, long Written);
