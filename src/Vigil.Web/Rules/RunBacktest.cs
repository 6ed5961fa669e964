using Vigil.Storage.Rules;

namespace Vigil.Web.Rules;

/// <summary>
/// Runs one backtest to its end. The API keeps its place in the database: it calls this on a thread of its own, one at
/// a time, stores what is reported and returned, and turns what it throws into a failure.
/// </summary>
/// <param name="request">What to run; its rule set has been parsed and compiled once.</param>
/// <param name="progress">Takes the share that is done, 0 to 1; may be called as often as is convenient.</param>
/// <param name="cancel">Set when it was cancelled or the process ends; answered by <see cref="OperationCanceledException"/>.</param>
/// <returns>The report, a JSON object.</returns>
public delegate string RunBacktest(BacktestRequest request, Action<double> progress, CancellationToken cancel);
