using System.Text.Json;
using Vigil.Training.Evaluation;

namespace Vigil.Tests.Training.Evaluation;

public sealed class EvaluationReportTests
{
    private static readonly ScoredRows Rows = new(
        [0.9f, 0.2f, 0.6f, 0.1f], [true, false, false, true], [0, 0, 1, 1], [1, 2, 3, 4], [10_000, 500, 700, 4_000]);

    [Fact]
    public void Has_every_metric_at_the_settings_budget()
    {
        var report = EvaluationReport.Of(Rows, new() { CardsPerDay = 1, ReviewsPerDay = 1, ReviewCostCents = 250 });
        report.Rows.ShouldBe(4);
        report.Frauds.ShouldBe(2);
        report.Days.ShouldBe(2);
        report.RocAuc.ShouldBe(0.5);
        report.AveragePrecision.ShouldBe(0.75);
        report.LogLoss.ShouldBe(ProbabilityMetrics.LogLoss(Rows.Scores, Rows.Labels));
        report.Brier.ShouldBe(ProbabilityMetrics.Brier(Rows.Scores, Rows.Labels));
        report.CardPrecision.ShouldBe(0.5);
        report.PrecisionAtBudget.ShouldBe(0.5);
        report.RecallAtBudget.ShouldBe(0.5);
        report.FraudCents.ShouldBe(14_000);
        report.MoneySavedCents.ShouldBe(10_000 - 2 * 250);
    }

    [Fact]
    public void Json_has_snake_case_names_and_null_for_what_is_not_defined()
    {
        var genuine = new ScoredRows([3.5f, 0.2f], [false, false], [0, 0], [1, 2], [1, 2]);
        using var json = JsonDocument.Parse(EvaluationReport.Of(genuine).ToJson());
        json.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(["settings", "rows", "frauds", "days", "roc_auc",
            "average_precision", "log_loss", "brier", "card_precision", "precision_at_budget", "recall_at_budget",
            "fraud_cents", "money_saved_cents"]);
        foreach (var undefined in new[] { "roc_auc", "average_precision", "log_loss", "brier", "recall_at_budget" })
            json.RootElement.GetProperty(undefined).ValueKind.ShouldBe(JsonValueKind.Null, undefined);
        json.RootElement.GetProperty("settings").GetProperty("review_cost_cents").GetInt64().ShouldBe(500);
        json.RootElement.GetProperty("money_saved_cents").GetInt64().ShouldBe(-1_000);
    }

    [Fact]
    public void Nothing_at_all_gives_a_report_of_nothing()
    {
        var report = EvaluationReport.Of(new([], [], [], [], []));
        report.Rows.ShouldBe(0);
        report.CardPrecision.ShouldBeNull();
        report.ToJson().ShouldNotContain("NaN");
    }

    [Fact]
    public void Columns_of_different_lengths_and_scores_that_are_not_numbers_are_refused()
    {
        Should.Throw<ArgumentException>(() => new ScoredRows([1f], [true, false], [0], [0], [0])).Message.ShouldContain("same length");
        Should.Throw<ArgumentException>(() => new ScoredRows([1f, float.NaN], [true, false], [0, 0], [0, 0], [0, 0])).Message.ShouldContain("row 1");
    }
}
