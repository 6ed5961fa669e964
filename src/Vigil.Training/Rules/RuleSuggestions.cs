namespace Vigil.Training.Rules;

/// <summary>Rules found in history, each adding to those before it, and how all of them together did.</summary>
/// <param name="TrainFrom">Beginning of the training period, UTC.</param>
/// <param name="TrainTo">Its end and the beginning of the test: no label that became known later has taught a rule.</param>
/// <param name="TestTo">End of the test: later transactions may still get a label.</param>
/// <param name="TrainFrauds">Known frauds that taught.</param>
/// <param name="Rules">In the order in which they were found, the most useful first.</param>
/// <param name="InTime">All of them together.</param>
/// <param name="OutOfTime">All of them together.</param>
public sealed record RuleSuggestions(
    DateTime TrainFrom, DateTime TrainTo, DateTime TestTo, int TrainFrauds,
    IReadOnlyList<SuggestedRule> Rules, RuleQuality InTime, RuleQuality OutOfTime);
