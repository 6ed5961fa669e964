namespace Vigil.Training.Registry;

/// <summary>What is logged beside a model: how it came about.</summary>
/// <param name="Name">Of the run, for people.</param>
/// <param name="Parameters">How it was trained.</param>
/// <param name="Metrics">What was measured.</param>
/// <param name="Artifacts">Files by path, such as <c>plots/roc.svg</c>.</param>
public sealed record TrainingRun(
    string Name,
    IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Artifacts)
{
    /// <summary>The run that a card tells of.</summary>
    /// <param name="card">The card.</param>
    /// <param name="artifacts">Files to keep with the run.</param>
    public static TrainingRun Of(ModelCard card, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? artifacts = null)
    {
        ArgumentNullException.ThrowIfNull(card);
        var parameters = new Dictionary<string, string>(card.Options, StringComparer.Ordinal)
        {
            ["kind"] = card.Kind.ToString(),
            ["feature_set"] = card.FeatureSet,
            ["feature_set_hash"] = card.FeatureSetHash,
            ["rows"] = card.Rows.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["frauds"] = card.Frauds.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        if (card.FirstRow is { } first && card.LastRow is { } last)
        {
            parameters["first_row"] = first.ToString("O");
            parameters["last_row"] = last.ToString("O");
        }

        return new TrainingRun(
            $"train-{card.TrainedAt:yyyyMMdd-HHmmss}", parameters, card.Metrics,
            artifacts ?? new Dictionary<string, ReadOnlyMemory<byte>>());
    }
}
