namespace Vigil.Storage.Labels;

/// <summary>A line of a file that was not taken.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">Why.</param>
/// <param name="Kind">What kind of fault it is.</param>
/// <param name="TransactionId">The transaction that it names; null where it cannot be read.</param>
public sealed record LabelImportError(long Line, string Reason, LabelKind Kind = LabelKind.Invalid, string? TransactionId = null);
