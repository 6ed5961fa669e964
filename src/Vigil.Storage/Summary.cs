using Vigil.Storage.Cases;

namespace Vigil.Storage;

/// <summary>Counts over the decisions since some moment.</summary>
/// <param name="Processed">Transactions decided.</param>
/// <param name="Flagged">Those that were not allowed.</param>
/// <param name="ByStatus">Cases by their present status; a status without cases is 0.</param>
public sealed record Summary(long Processed, long Flagged, IReadOnlyDictionary<CaseStatus, long> ByStatus);
