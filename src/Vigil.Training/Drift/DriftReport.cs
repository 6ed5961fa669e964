using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Training.Drift;

/// <summary>What recent decisions look like beside what the model was made on.</summary>
/// <param name="From">Event time of the first row, UTC; null without rows.</param>
/// <param name="To">Event time of the last row, UTC.</param>
/// <param name="Rows">Rows looked at.</param>
/// <param name="ReferenceFrom">First row of the reference, UTC.</param>
/// <param name="ReferenceTo">Last row of the reference, UTC.</param>
/// <param name="Score">Of the score.</param>
/// <param name="Features">Of the features, the furthest first.</param>
/// <param name="Labelled">Rows whose label is known.</param>
/// <param name="LabelRate">Share of frauds among them; null where there are none.</param>
/// <param name="LabelRateBefore">Of the reference.</param>
/// <param name="Alerts">What passed a limit, in words; empty where all is as it was.</param>
public sealed record DriftReport(
    DateTime? From, DateTime? To, long Rows, DateTime ReferenceFrom, DateTime ReferenceTo, ColumnDrift Score,
    IReadOnlyList<ColumnDrift> Features, long Labelled, double? LabelRate, double? LabelRateBefore, IReadOnlyList<string> Alerts)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Whether anything passed a limit.</summary>
    public bool Drifted => Alerts.Count > 0;
}
