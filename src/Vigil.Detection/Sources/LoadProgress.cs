namespace Vigil.Detection.Sources;

/// <summary>Where a load is, and what it has done with the file so far, earlier attempts included.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="Loaded">Rows decided and stored.</param>
/// <param name="Repeated">Rows that were stored before.</param>
/// <param name="Rejected">Rows in the rejects file.</param>
/// <param name="Done">Share of the file that was read, 0 to 1.</param>
public readonly record struct LoadProgress(long Rows, long Loaded, long Repeated, long Rejected, double Done);
