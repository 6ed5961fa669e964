using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Cli.Commands.Models;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Models;
using Vigil.Training.Comparison;
using Vigil.Training.Registry;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil thresholds</c>: from which scores on it pays to review and to block.</summary>
internal static class ThresholdsCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var usual = new ReviewCosts();
        var review = Cost("--review-cost", "Cost of one review", usual.Review);
        var lost = Cost("--lost-customer-cost", "What a genuine payment costs that is blocked", usual.LostCustomer);
        var risk = Cost("--amount-at-risk", "Share of a fraud's amount that is lost where nobody stops it", usual.AmountAtRisk);
        var recall = Cost("--review-recall", "Share of reviewed frauds that analysts recognise", usual.ReviewRecall);
        var capacity = new Option<double?>("--reviews-per-day") { Description = "Reviews that analysts can do a day (default: as many as pay)" };
        var version = new Option<int?>("--version") { Description = "The model (default: the one in charge)" };
        var since = new Option<string?>("--since") { Description = "First day or time, or a span back from now (default: since the model has honest scores)" };
        var until = new Option<string?>("--until") { Description = "Day or time that is not looked at any more" };
        var apply = new Option<bool>("--apply") { Description = "Save the model with these thresholds as a new version; vigil models promote puts it in charge" };
        var command = workplace.AddTo(new Command("thresholds",
            """
            Find the review and the block threshold that cost least

            What a threshold costs is measured on labelled payments that the model has not learned from: frauds that are let
            through cost their amount, reviews and lost customers what you say. Costs are in the unit of the amounts.
            --apply changes no version: it makes a new one, which is in the audit trail.

            Examples:
              vigil thresholds --review-cost 4 --lost-customer-cost 60 --reviews-per-day 80
              vigil thresholds --review-cost 4 --version 3 --since 60d --json
              vigil thresholds --review-cost 4 --reviews-per-day 80 --apply
            """)
        { review, lost, risk, recall, capacity, version, since, until, apply }, models: true, writes: true);
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var costs = Costs(new ReviewCosts
            {
                Review = parsed.GetValue(review),
                LostCustomer = parsed.GetValue(lost),
                AmountAtRisk = parsed.GetValue(risk),
                ReviewRecall = parsed.GetValue(recall),
                Capacity = parsed.GetValue(capacity),
            });
            using var store = workplace.Open(parsed);
            var registry = workplace.Paths(parsed).OpenRegistry();
            var served = ModelsRegistryCommands.Served(registry);
            var model = (parsed.GetValue(version) is { } named ? registry.Load(named, served, shutdown.Token) : registry.LoadChampion(served, shutdown.Token))
                ?? throw new CommandException("no model is in charge: name one with --version");
            var rows = new StepProgress().Run("Scoring", report => JudgedHistory.Read(
                store, [model], Time(parsed.GetValue(since), "--since"), Time(parsed.GetValue(until), "--until"), Workplace.Now, report, shutdown.Token));
            if (rows.Frauds < new GateOptions().MinFrauds)
                throw new CommandException($"{rows.Frauds} known frauds that version {model.Version} has not learned from are too few: {new GateOptions().MinFrauds} are the least; a longer time (--since) or more labels have more");
            var plan = ThresholdPlan.Of(rows, costs);
            var made = parsed.GetValue(apply) ? Apply(registry, model, plan, costs) : (int?)null;
            if (made is { } number)
            {
                Promotion.Audit(store, workplace.Actor(parsed), "model.thresholds", number, model.Version, new JsonObject
                {
                    ["review"] = plan.Chosen.Review,
                    ["block"] = plan.Chosen.Block,
                    ["costs"] = JsonSerializer.SerializeToNode(costs.ToDictionary()),
                });
            }

            if (workplace.IsJson(parsed))
            {
                var answer = JsonNode.Parse(plan.ToJson())!.AsObject();
                (answer["of_version"], answer["saved_as_version"]) = (model.Version, made);
                Console.WriteLine(answer.ToJsonString());
            }
            else
            {
                Print(model, plan, made);
            }

            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static int Apply(ModelRegistry registry, RegisteredModel model, ThresholdPlan plan, ReviewCosts costs)
    {
        var file = ThresholdsFile.Of(plan.Chosen, model.Reference?.Scores, $"the costs, on payments of version {model.Version}", costs.ToDictionary());
        var directory = model.Directory.WithThresholds(file);
        return registry.Register(directory, TrainingRun.Of(directory.Card));
    }

    private static void Print(RegisteredModel model, ThresholdPlan plan, int? made)
    {
        Console.WriteLine(Text($"version {model.Version} on {plan.Rows:N0} labelled payments of {plan.Days:0.#} days, {plan.Frauds:N0} frauds; nothing reviewed or blocked costs {plan.CostOfNothing:N2} a day"));
        var table = new TextTable("review from", "share", "reviews/day", "precision", "recall", "cost/day");
        foreach (var point in plan.Curve.Append(plan.At).DistinctBy(p => p.Review).OrderByDescending(p => p.Review))
        {
            table.Add(
                Score(point.Review) + (point.Review == plan.At.Review ? " *" : ""), Text($"{point.Share:0.00%}"), Text($"{point.ReviewsPerDay:N1}"),
                Text($"{point.Precision:0.000}"), Text($"{point.Recall:0.000}"), Text($"{point.CostPerDay:N2}"));
        }

        table.Write(Console.Out);
        Console.WriteLine(Text($"cheapest (*): review from {Score(plan.Chosen.Review)}, block from {Score(plan.Chosen.Block)}: {plan.At.ReviewsPerDay:N1} reviews and {plan.BlocksPerDay:N1} blocks a day, {plan.At.CostPerDay:N2} a day; now review from {Score(model.Card.Thresholds.Review)}, block from {Score(model.Card.Thresholds.Block)}"));
        Console.WriteLine(made is { } version
            ? $"Saved as version {version}; vigil models promote {version} puts it in charge." : "Nothing is changed: --apply saves a version with these.");
        if (model.Model.Kind == ModelKind.IsolationForest)
            Console.WriteLine("It is an isolation forest: its score is no probability, and it blocks where you say so.");
    }

    private static string Score(double threshold) => threshold > 1 ? "never" : Text($"{threshold:0.000000}");

    private static ReviewCosts Costs(ReviewCosts costs)
    {
        try
        {
            costs.Validate();
            return costs;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new CommandException($"{e.ParamName} is out of its range: {e.ActualValue}. Costs are 0 or more, --amount-at-risk and --review-recall from 0 to 1, --reviews-per-day above 0", ExitCode.Usage, e);
        }
    }

    private static long? Time(string? text, string option) => text is null ? null : TimeArgument.Earlier(text, option);

    private static Option<double> Cost(string name, string description, double otherwise) => new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
