namespace Vigil.Storage.Lists;

/// <summary>What became of an import.</summary>
/// <param name="Kind">Done; not found where there is no such list; invalid value where a line is none, and then nothing was stored.</param>
/// <param name="Lines">Lines read.</param>
/// <param name="Added">Values that are new or have another expiry or note than before.</param>
/// <param name="Unchanged">Values that were on the list already, just so.</param>
/// <param name="Errors">The first lines at fault, at most 100.</param>
public sealed record ListImport(
    ListChangeKind Kind, long Lines, long Added, long Unchanged, IReadOnlyList<ListImportError> Errors);
