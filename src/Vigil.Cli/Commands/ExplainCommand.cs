using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Core.Decisions;
using Vigil.Core.Models;
using Vigil.Storage;
using Vigil.Web.Explanations;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil explain</c>: what each feature did to the score of a stored decision.</summary>
internal static class ExplainCommand
{
    private const int MostShown = 8;

    public static Command Create()
    {
        var id = new Argument<string>("transaction_id") { Description = "The transaction, as it was sent" };
        var database = DataPaths.DatabaseOption();
        var models = DataPaths.ModelsOption();
        var json = new Option<bool>("--json") { Description = "Write the explanation as JSON, as the API answers it" };
        var all = new Option<bool>("--all") { Description = $"Show every feature, not the {MostShown} that moved the score most" };
        var command = new Command("explain",
            """
            Say what each feature did to the score of a decision

            Exact Shapley values, from the vector that is stored with the decision and the version of the model that made it,
            each as what it multiplied the odds of fraud with (where an isolation forest decided: the score). Usual is the
            median over the account's payments of the 90 days before.

            Examples:
              vigil explain try-1
              vigil explain try-1 --all
              vigil explain try-1 --json
            """)
        { id, database, models, all, json };
        command.SetAction(parsed =>
        {
            var paths = DataPaths.Of(parsed.GetValue(database), parsed.GetValue(models), Settings.Read());
            paths.RequireDatabase();
            using var store = Store.Open(paths.Database);
            var registry = paths.OpenRegistry();
            var explanation = Find(new ExplanationReader(store.Cases, decision => KnownEngines.Model(registry, decision)), parsed.GetRequiredValue(id), paths);
            if (parsed.GetValue(json))
                Console.WriteLine(explanation.ToJson());
            else
                Print(explanation, parsed.GetValue(all) ? int.MaxValue : MostShown);
            return ExitCode.Ok;
        });
        return command;
    }

    private static ExplanationDocument Find(ExplanationReader explanations, string id, DataPaths paths)
    {
        try
        {
            return explanations.Find(id)
                ?? throw new CommandException($"there is no decision about a transaction \"{id}\" in {paths.Place}");
        }
        catch (InvalidDataException e)
        {
            throw new CommandException($"the model that decided about \"{id}\" cannot be had: {e.Message}", inner: e);
        }
    }

    private static void Print(ExplanationDocument e, int most)
    {
        var by = e.Model is { } model ? $", score {Number(e.Score!.Value)} by {model.Name} version {model.Version}" : "";
        Console.WriteLine($"{e.TransactionId}: {e.Outcome.ToString().ToLowerInvariant()}{by}");
        foreach (var reason in e.Reasons)
            Console.WriteLine($"  {reason}");
        if (e.ControlGroup is { } control)
        {
            Console.WriteLine(control.LetThrough
                ? $"  the model would have blocked it; it is one of the control group, to which {control.Propensity:0.##%} of such payments belong"
                : $"  {control.Propensity:0.##%} of such payments are reviewed instead, as a control group; this one is not among them");
        }

        Console.WriteLine();
        Console.WriteLine(e.Text);
        if (e.Contributions.Count == 0)
            return;
        var isForest = e.Model!.Kind == ModelKind.IsolationForest;
        var what = isForest ? "score" : "odds of fraud";
        Console.WriteLine();
        Line("", isForest ? Math.Pow(2, e.Bias!.Value) : Math.Exp(e.Bias!.Value), $"{what} of a payment of which nothing is known");
        foreach (var c in e.Contributions.Take(most))
            Line("x", c.Factor, c.Text);
        var rest = e.Contributions.Skip(most).ToList();
        if (rest.Count > 0)
            Line("x", rest.Aggregate(1.0, (product, c) => product * c.Factor), $"the other {rest.Count} features together (--all shows them)");
        Line("=", isForest ? Math.Pow(2, e.Margin!.Value) : Math.Exp(e.Margin!.Value), what);
        Console.WriteLine(e.EarlierPayments < Explainer.FewestForUsual
            ? $"\nNothing is called usual: of the 90 days before, {e.EarlierPayments} payments of this account are known."
            : $"\nUsual: the median of this account's {e.EarlierPayments} payments in the 90 days before.");
    }

    private static void Line(string sign, double number, string text) => Console.WriteLine($"{sign,3} {Number(number),9}  {text}");

    private static string Number(double value) =>
        value.ToString(value >= 100 ? "#,0" : value >= 0.095 ? "0.00" : "0.####", CultureInfo.InvariantCulture);
}
