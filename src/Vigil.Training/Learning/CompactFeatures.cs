using Vigil.Core;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Training.Simulation;

namespace Vigil.Training.Learning;

/// <summary>The features of benchmark data, made by the decision engine itself in the order of arrival.</summary>
public static class CompactFeatures
{
    /// <summary>Runs every row through an engine.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="features">What to compute.</param>
    /// <param name="progress">Share done, 0 to 1.</param>
    /// <returns>One row per transaction, in order; every label is given.</returns>
    public static LabelledHistory Compute(CompactDataset dataset, FeatureSet features, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(features);
        var engine = new DecisionEngine(features);
        var decision = engine.NewDecision();
        var transaction = new Transaction();
        var history = new LabelledHistory(features.Names);
        var json = new byte[CompactJson.MaxLength];
        for (var row = 0; row < dataset.Count; row++)
        {
            if (row % 65_536 == 0)
                progress?.Report((double)row / dataset.Count);
            var length = CompactJson.Write(dataset, row, json);
            if (!TransactionJson.TryDecode(json.AsSpan(0, length), transaction, out var rejection))
                throw new TrainingException($"Row {row + 1} of the data is no transaction: {rejection}");
            engine.Decide(transaction, row, decision);
            history.Add(transaction.Time, decision.Features, dataset.Scenario[row] > 0);
        }

        return history;
    }
}
