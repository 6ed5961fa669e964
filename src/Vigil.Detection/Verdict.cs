using Vigil.Core.Decisions;
using Vigil.Core.Transactions;

namespace Vigil.Detection;

/// <summary>What became of one transaction in a batch.</summary>
public enum VerdictKind
{
    /// <summary>It was decided; it is stored once the batch is committed.</summary>
    Decided,

    /// <summary>It had been decided before, with the same content.</summary>
    Duplicate,

    /// <summary>Its id belongs to a transaction that says something else.</summary>
    Conflict,

    /// <summary>It is no transaction.</summary>
    Rejected,
}

/// <summary>What became of one transaction in a batch, with what metrics want to know of it.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Rejection">Why not, where it was rejected.</param>
/// <param name="Outcome">The decision, where it was decided.</param>
/// <param name="Degraded">Whether it was decided without a usable score.</param>
/// <param name="DecideMicros">How long the decision took, µs.</param>
/// <param name="DecidedAt">When it was decided, µs since 1970, as it is stored.</param>
/// <param name="Score">The model's score, 0 to 1; NaN without one.</param>
public readonly record struct Verdict(
    VerdictKind Kind, Rejection Rejection = default, Outcome Outcome = default, bool Degraded = false, int DecideMicros = 0,
    long DecidedAt = 0, float Score = float.NaN);
