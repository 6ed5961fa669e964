using Vigil.Core.Transactions;
using Vigil.Training.Learning;

namespace Vigil.Training.Rules;

/// <summary>
/// The rows that teach and the rows that judge. The rules could have been written at the moment where the test begins:
/// of what came before, only transactions whose label delay had passed teach, by the labels known then.
/// </summary>
internal sealed class SuggestionDays
{
    private readonly RuleHistory _history;

    private SuggestionDays(RuleHistory history, long trainFrom, long trainTo, long taughtTo, long testTo, long now)
    {
        _history = history;
        (TrainFrom, TrainTo, TestTo, Now) = (trainFrom, trainTo, testTo, now);
        TaughtTo = taughtTo;
        Train = Rows(trainFrom, taughtTo);
        Test = Rows(trainTo, testTo);
    }

    public long TrainFrom { get; }

    /// <summary>When the rules could have been written, and the test begins.</summary>
    public long TrainTo { get; }

    /// <summary>The newest transaction whose label was mature at <see cref="TrainTo"/>.</summary>
    public long TaughtTo { get; }

    public long TestTo { get; }

    public long Now { get; }

    public List<int> Train { get; }

    public List<int> Test { get; }

    public double TrainedDays => (TaughtTo - TrainFrom) / (double)Timestamp.Day;

    public double TestedDays => (TestTo - TrainTo) / (double)Timestamp.Day;

    /// <exception cref="TrainingException">The history does not reach over both periods.</exception>
    public static SuggestionDays Of(RuleHistory history, SuggestionOptions options, long now)
    {
        if (history.Count == 0)
            throw new TrainingException("There is no transaction to learn from.");
        var (first, last) = (long.MaxValue, long.MinValue);
        for (var row = 0; row < history.Count; row++)
            (first, last) = (Math.Min(first, history.Time(row)), Math.Max(last, history.Time(row)));
        var testTo = Math.Min(last, now - options.LabelDelay);
        var trainTo = testTo - options.TestDays * Timestamp.Day;
        var taughtTo = trainTo - options.LabelDelay;
        if (taughtTo - first < Timestamp.Day)
        {
            throw new TrainingException(
                $"The history of {(last - first) / (double)Timestamp.Day:0} days is too short for a test of {options.TestDays} days after a label delay of {options.LabelDelay / (double)Timestamp.Day:0.#}: test fewer days.");
        }

        var trainFrom = Math.Max(first - 1, trainTo - options.TrainDays * Timestamp.Day);
        return new SuggestionDays(history, trainFrom, trainTo, taughtTo, testTo, now);
    }

    public long Time(int row) => _history.Time(row);

    /// <summary>The moment at which a share of the training days is over.</summary>
    public long At(double share) => TrainFrom + (long)((TaughtTo - TrainFrom) * share);

    public bool IsKnownFraud(int row, long at) => _history.IsFraud(row) && _history.KnownAt(row) <= at;

    private List<int> Rows(long after, long upTo)
    {
        var rows = new List<int>();
        for (var row = 0; row < _history.Count; row++)
        {
            if (_history.Time(row) > after && _history.Time(row) <= upTo)
                rows.Add(row);
        }

        return rows;
    }
}
