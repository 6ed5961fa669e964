namespace Vigil.Detection.Backtest;

/// <summary>How many transactions two rules both match.</summary>
/// <param name="Rules">The rules tested: the rows, and the columns of <paramref name="Among"/>.</param>
/// <param name="Among">Row by row: matches that a rule has in common with each rule tested; its own on the diagonal.</param>
/// <param name="InForceVersion">The version in force that they are compared with; null for none.</param>
/// <param name="InForce">Its rules: the columns of <paramref name="WithInForce"/>.</param>
/// <param name="WithInForce">Row by row: matches that a rule tested has in common with each rule in force.</param>
/// <param name="OnlyHere">By rule tested: its matches that no rule in force matches.</param>
public sealed record BacktestOverlap(
    IReadOnlyList<string> Rules, IReadOnlyList<IReadOnlyList<long>> Among, string? InForceVersion,
    IReadOnlyList<string> InForce, IReadOnlyList<IReadOnlyList<long>> WithInForce, IReadOnlyList<long> OnlyHere);
