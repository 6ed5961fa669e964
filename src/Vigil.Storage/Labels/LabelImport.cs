namespace Vigil.Storage.Labels;

/// <summary>How far an import is, or what came of it.</summary>
/// <param name="Lines">Lines read, with the header.</param>
/// <param name="Added">Labels that are new.</param>
/// <param name="Unchanged">Labels that were known already.</param>
/// <param name="Refused">Lines that were not taken.</param>
/// <param name="Errors">The first of these.</param>
public sealed record LabelImport(long Lines, long Added, long Unchanged, long Refused, IReadOnlyList<LabelImportError> Errors)
{
    /// <summary>Most errors that are kept.</summary>
    public const int MaxErrors = 1_000;
}
