namespace Vigil.Core.Expressions.Conformance;

/// <summary>What became of one test.</summary>
/// <param name="Id">Its name in the suite.</param>
/// <param name="Expression">What was evaluated.</param>
/// <param name="Expected">The value or error that the suite wants.</param>
/// <param name="Got">The value or error that came out.</param>
/// <param name="Passed">Whether the two agree.</param>
public sealed record ConformanceResult(string Id, string Expression, string Expected, string Got, bool Passed);
