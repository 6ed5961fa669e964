namespace Vigil.Web.Models;

/// <summary>Measures the challengers of a stretch of event time; takes seconds.</summary>
/// <param name="from">First event time, microseconds.</param>
/// <param name="to">First event time that is not looked at any more, microseconds.</param>
/// <param name="reviewsPerDay">The budget; null for what was flagged a day.</param>
/// <param name="cancel">Stops it.</param>
/// <exception cref="InvalidDataException">It is too much at once; says so to the client.</exception>
public delegate IReadOnlyList<ChallengerEntry> CompareChallengers(long from, long to, int? reviewsPerDay, CancellationToken cancel);
