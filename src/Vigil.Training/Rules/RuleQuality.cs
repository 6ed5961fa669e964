namespace Vigil.Training.Rules;

/// <summary>What a rule would have done on some days.</summary>
/// <param name="Days">Length of the period.</param>
/// <param name="Matched">Transactions that it matched.</param>
/// <param name="Frauds">Those of them known to be fraud.</param>
/// <param name="Legitimate">Those of them known not to be.</param>
/// <param name="AllFrauds">Known frauds of the period.</param>
/// <param name="FraudAmount">Amount of <paramref name="Frauds"/>, in major units of whatever currency each has.</param>
/// <param name="AllFraudAmount">Amount of <paramref name="AllFrauds"/>.</param>
/// <param name="NewFrauds">Those of <paramref name="Frauds"/> that no rule suggested before this one matched.</param>
/// <param name="NewAlerts">Matches that no rule before it matched and that were not flagged when they came.</param>
public sealed record RuleQuality(
    double Days, int Matched, int Frauds, int Legitimate, int AllFrauds, decimal FraudAmount, decimal AllFraudAmount,
    int NewFrauds, int NewAlerts)
{
    /// <summary>Matches without a label.</summary>
    public int Unlabelled => Matched - Frauds - Legitimate;

    /// <summary>Share of frauds among the labelled matches, in [0, 1]; null where there is none.</summary>
    public double? Precision => Frauds + Legitimate == 0 ? null : Frauds / (double)(Frauds + Legitimate);

    /// <summary>Share of the period's frauds that it matched, in [0, 1]; null where there was none.</summary>
    public double? Recall => AllFrauds == 0 ? null : Frauds / (double)AllFrauds;

    /// <summary>Share of the period's frauds that it adds to those of the rules before it.</summary>
    public double? NewRecall => AllFrauds == 0 ? null : NewFrauds / (double)AllFrauds;

    /// <summary>Matches per day.</summary>
    public double AlertsPerDay => Matched / Days;

    /// <summary>Alerts per day that it adds to the queue.</summary>
    public double NewAlertsPerDay => NewAlerts / Days;
}
