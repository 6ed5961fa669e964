namespace Vigil.Detection.Backtest;

/// <summary>What one rule would have done.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rule">Its text.</param>
/// <param name="Missing">Transactions for which it could not be told, because something that it needs was missing or failed.</param>
/// <param name="Matches">What it matched.</param>
/// <param name="MostLikeFraud">Of its matches those with the highest scores; without scores, the latest.</param>
/// <param name="LeastLikeFraud">Of its matches those with the lowest scores: look at these before it is published.</param>
public sealed record BacktestRule(
    string Name, string Rule, long Missing, BacktestMatches Matches, IReadOnlyList<BacktestExample> MostLikeFraud,
    IReadOnlyList<BacktestExample> LeastLikeFraud);
