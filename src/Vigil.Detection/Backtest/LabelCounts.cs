using System.Text.Json.Serialization;

namespace Vigil.Detection.Backtest;

/// <summary>Transactions by what is known of them.</summary>
/// <param name="Frauds">Labelled as fraud.</param>
/// <param name="Legitimate">Labelled as legitimate.</param>
/// <param name="Unlabelled">Without a label.</param>
public readonly record struct LabelCounts(long Frauds, long Legitimate, long Unlabelled)
{
    [JsonIgnore]
    public long All => Frauds + Legitimate + Unlabelled;

    /// <summary>With one more transaction.</summary>
    internal LabelCounts And(bool? isFraud) => isFraud switch
    {
        true => this with { Frauds = Frauds + 1 },
        false => this with { Legitimate = Legitimate + 1 },
        null => this with { Unlabelled = Unlabelled + 1 },
    };
}
