using Vigil.Training.Evaluation;
using Vigil.Training.Simulation;

namespace Vigil.Training.Learning;

/// <summary>
/// Trains and tests a learner by the Handbook's protocol. With <see cref="AnyHistory"/> it learns from all rows whose
/// labels are known by the test week, else from the protocol's one week.
/// </summary>
public sealed class HandbookEvaluation
{
    /// <summary>Days at the start of the data that teach nothing: the windows are still filling.</summary>
    private const int WarmUpDays = 14;

    private readonly CompactDataset _data;
    private readonly LabelledHistory _history;
    private readonly bool[] _frauds;

    /// <param name="data">The data.</param>
    /// <param name="history">Its features (<see cref="CompactFeatures"/>).</param>
    public HandbookEvaluation(CompactDataset data, LabelledHistory history)
    {
        ArgumentNullException.ThrowIfNull(data);
        (_data, _history, _frauds) = (data, history, data.Fraud());
    }

    public required bool AnyHistory { get; init; }

    /// <summary>Tests one fold with one seed.</summary>
    public HandbookMetrics Run(DateOnly trainStart, Learner learner, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var fold = HandbookProtocol.Select(trainStart, _data.Seconds, _data.Customer, _frauds, CompactDataset.HandbookStart);
        var train = Taught(fold, options);
        var weights = train.Select(r => _frauds[r] ? 1f : (float)(1 / options.LegitimateShare)).ToArray();
        var model = ModelTraining.Fit(learner, _history.Matrix(train), _history.Labels(train), weights, options);
        var scores = new float[fold.Test.Length];
        model.Score(_history.Matrix(fold.Test).Values, scores);
        var rows = new ScoredRows(
            scores,
            [.. fold.Test.Select(r => _frauds[r])],
            [.. fold.Test.Select(r => _data.Seconds[r] / 86_400)],
            [.. fold.Test.Select(r => _data.Customer[r])],
            [.. fold.Test.Select(r => _data.Cents[r])]);
        return new HandbookMetrics(
            RankingMetrics.RocAuc(rows.Scores, rows.Labels),
            RankingMetrics.AveragePrecision(rows.Scores, rows.Labels),
            CardPrecision.TopK(rows, 100));
    }

    private List<int> Taught(HandbookFold fold, TrainingOptions options)
    {
        var from = AnyHistory ? WarmUpDays * 86_400 : _data.Seconds[fold.Train[0]];
        var random = new Dataset.CounterRandom((ulong)options.Seed);
        var rows = new List<int>();
        for (var row = 0; row <= fold.Train[^1]; row++)
        {
            if (_data.Seconds[row] >= from
                && (_frauds[row] || options.LegitimateShare >= 1 || random.Uniform((ulong)row) < options.LegitimateShare))
                rows.Add(row);
        }

        return rows;
    }
}
