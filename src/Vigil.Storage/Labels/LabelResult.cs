namespace Vigil.Storage.Labels;

/// <summary>What became of one label.</summary>
/// <param name="Kind">In one word.</param>
/// <param name="TransactionId">The transaction that it names.</param>
/// <param name="LabelId">Its number, or that of the equal one that was there; 0 where it was refused.</param>
/// <param name="Reason">Why it was refused; null where it was not.</param>
/// <param name="Field">The field at fault; null where it is none.</param>
public sealed record LabelResult(LabelKind Kind, string TransactionId, long LabelId = 0, string? Reason = null, string? Field = null)
{
    /// <summary>Whether it is not stored.</summary>
    public bool IsRefused => Kind is not (LabelKind.Added or LabelKind.Unchanged);
}
