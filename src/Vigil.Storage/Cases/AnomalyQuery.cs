namespace Vigil.Storage.Cases;

/// <summary>Which flagged transactions to list: by score descending, those without a score last, then the newest first.</summary>
/// <param name="Limit">Most rows, 1 to <see cref="MaxLimit"/>.</param>
/// <param name="Offset">Rows to leave out, 0 or more.</param>
/// <param name="MinScore">Lowest score, 0 to 1; leaves out those without one. Compared as the 32-bit float that scores are.</param>
/// <param name="Status">Only cases with this status.</param>
public sealed record AnomalyQuery(int Limit = 100, int Offset = 0, double? MinScore = null, CaseStatus? Status = null)
{
    public const int MaxLimit = 1000;
}
