using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Storage;
using Vigil.Storage.Cases;
using Vigil.Training.Registry;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil explain</c>: what each feature did to the score of a stored decision.</summary>
internal static class ExplainCommand
{
    /// <summary>What is written with --json.</summary>
    /// <param name="Margin">The score before it is squeezed into [0, 1].</param>
    /// <param name="Bias">The margin of a payment of which nothing is known; with all contributions it sums to the margin.</param>
    /// <param name="Contributions">By size, the largest first.</param>
    internal sealed record Explanation(
        string TransactionId, Outcome Outcome, float? Score, string? AlertReason, string Model, string ModelVersion, ModelKind Kind,
        float Margin, float Bias, IReadOnlyList<Contribution> Contributions);

    /// <param name="Value">What it was; null for missing.</param>
    /// <param name="Moved">How far it moved the margin, towards fraud where positive.</param>
    internal sealed record Contribution(string Feature, float? Value, float Moved);

    public static Command Create()
    {
        var id = new Argument<string>("transaction_id") { Description = "The transaction, as it was sent" };
        var database = DataPaths.DatabaseOption();
        var models = DataPaths.ModelsOption();
        var json = new Option<bool>("--json") { Description = "Write the explanation as JSON" };
        var command = new Command("explain",
            """
            Say what each feature did to the score of a decision

            Exact Shapley values, from the vector that is stored with the decision and the version of the model that made it.

            Examples:
              vigil explain try-1
              vigil explain try-1 --json
            """)
        { id, database, models, json };
        command.SetAction(parsed =>
        {
            var paths = DataPaths.Of(parsed.GetValue(database), parsed.GetValue(models), Settings.Read());
            paths.RequireDatabase();
            using var store = Store.Open(paths.Database);
            var transaction = parsed.GetRequiredValue(id);
            var record = store.Cases.FindDecision(transaction)
                ?? throw new CommandException($"there is no decision about a transaction \"{transaction}\" in {paths.Place}");
            var explanation = Explain(record, paths.OpenRegistry());
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(explanation, CliJson.Default.Explanation));
            else
                Print(explanation);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Explanation Explain(DecisionRecord record, ModelRegistry registry)
    {
        var summary = record.Summary;
        if (record.Engine.ModelKind == ModelKind.None)
            throw new CommandException($"no model had a say in this decision ({summary.Outcome.ToString().ToLowerInvariant()}: {summary.AlertReason}); there is nothing to explain");
        var model = KnownEngines.Model(registry, record.Engine).Model;
        if (!model.HasContributions)
            throw new CommandException($"model version {record.Engine.ModelVersion} has no covers (sum_hessian), from which contributions are computed");
        var names = KnownEngines.Names.Features(record.FeatureSet);
        var moved = new float[model.FeatureCount];
        model.Contributions(record.Features, moved);
        return new Explanation(
            summary.TransactionId, summary.Outcome, summary.Score, summary.AlertReason, record.Engine.ModelName, record.Engine.ModelVersion,
            model.Kind, model.Margin(record.Features), model.ExpectedMargin,
            [.. moved.Select((m, f) => new Contribution(names[f], float.IsFinite(record.Features[f]) ? record.Features[f] : null, m))
                .OrderByDescending(c => Math.Abs(c.Moved))]);
    }

    private static void Print(Explanation e)
    {
        var culture = CultureInfo.InvariantCulture;
        Console.WriteLine(string.Create(culture, $"{e.TransactionId}: {e.Outcome.ToString().ToLowerInvariant()}, score {e.Score:0.####} by {e.Model} version {e.ModelVersion}"));
        if (!string.IsNullOrEmpty(e.AlertReason))
            Console.WriteLine(e.AlertReason);
        Console.WriteLine(string.Create(culture, $"\n{e.Bias,10:+0.0000;-0.0000}  before anything is known"));
        foreach (var c in e.Contributions)
            Console.WriteLine(string.Create(culture, $"{c.Moved,10:+0.0000;-0.0000;0.0000}  {c.Feature} = {(c.Value is { } v ? v.ToString("#,0.####", culture) : "missing")}"));
        Console.WriteLine(string.Create(culture, $"{e.Margin,10:+0.0000;-0.0000}  margin ({(e.Kind == ModelKind.IsolationForest ? "the score's logarithm to base 2" : "log-odds")})"));
    }
}
