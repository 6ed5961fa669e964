using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vigil.Cli.Host;
using Vigil.Core.Features;
using Vigil.Core.Transactions;
using Vigil.Storage;
using Vigil.Training.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules suggest</c>: finds rules in labelled history.</summary>
internal static class RulesSuggestCommand
{
    private static readonly SuggestionOptions Defaults = new();

    public static Command Create()
    {
        var database = DataPaths.DatabaseOption();
        var models = DataPaths.ModelsOption();
        var features = new Option<string?>("--features")
        {
            Description = "Whose features rules may name: default, handbook or a file (default: those that decide now)",
        };
        var rules = new Option<int>("--rules") { Description = "Most rules to suggest", DefaultValueFactory = _ => Defaults.Rules };
        var conditions = new Option<int>("--conditions") { Description = "Most conditions of one rule", DefaultValueFactory = _ => Defaults.Conditions };
        var precision = new Option<double>("--precision")
        {
            Description = "Least share of frauds among a rule's matches; lower finds more frauds and costs more alerts",
            DefaultValueFactory = _ => Defaults.Precision,
        };
        var testDays = new Option<int>("--test-days") { Description = "Newest days, which judge the rules and teach none", DefaultValueFactory = _ => Defaults.TestDays };
        var trainDays = new Option<int>("--train-days") { Description = "Days before them, in which rules are found", DefaultValueFactory = _ => Defaults.TrainDays };
        var missed = new Option<bool>("--missed") { Description = "Only for frauds that nothing flagged when they came" };
        var state = new Option<string>("--state") { Description = "State of the rules in the file: draft or shadow", DefaultValueFactory = _ => "shadow" };
        state.AcceptOnlyFromAmong("draft", "shadow");
        var output = new Option<FileInfo?>("--out") { Description = "Write the rules as a rule set to this file, ready for a backtest" };
        var json = new Option<bool>("--json") { Description = "Print everything as JSON" };
        var command = new Command("suggest",
            """
            Find short rules in labelled history, and show how they did on later days

            Examples:
              vigil rules suggest
              vigil rules suggest --out suggested.json
              vigil rules suggest --missed --precision 0.3 --rules 5
            """)
        { database, models, features, rules, conditions, precision, testDays, trainDays, missed, state, output, json };
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var paths = DataPaths.Of(parsed.GetValue(database), parsed.GetValue(models), Settings.Read());
            paths.RequireDatabase();
            var set = parsed.GetValue(features) is { } named
                ? FeatureSetFile.Load(named)
                : KnownEngines.Features(paths.OpenRegistry());
            var options = Checked(new SuggestionOptions
            {
                Rules = parsed.GetValue(rules),
                Conditions = parsed.GetValue(conditions),
                Precision = parsed.GetValue(precision),
                TestDays = parsed.GetValue(testDays),
                TrainDays = parsed.GetValue(trainDays),
                LabelDelay = set.LabelDelay,
                MissedOnly = parsed.GetValue(missed),
            });
            using var store = Store.Open(paths.Database);
            var found = Find(store, set, options, shutdown.Token);
            if (parsed.GetValue(output) is { } file)
                File.WriteAllText(file.FullName, SuggestedRuleSet.Write(found, parsed.GetValue(state)!));
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(found, CliJson.Default.RuleSuggestions));
            else
                Print(found, parsed.GetValue(output));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static SuggestionOptions Checked(SuggestionOptions options)
    {
        try
        {
            options.Validate();
            return options;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new CommandException(e.Message, ExitCode.Usage, e);
        }
    }

    private static RuleSuggestions Find(Store store, FeatureSet set, SuggestionOptions options, CancellationToken cancel)
    {
        var progress = new StepProgress();
        var history = progress.Run("Reading the history", report => SuggestionHistory.Read(store, set, report, cancel));
        var now = Timestamp.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return progress.Run("Finding rules", report => RuleMiner.Mine(history, options, now, report, cancel));
    }

    private static void Print(RuleSuggestions found, FileInfo? file)
    {
        Line($"Found on {found.TrainFrom:yyyy-MM-dd} to {found.TrainTo:yyyy-MM-dd} ({found.InTime.AllFrauds:N0} known frauds), judged on the days up to {found.TestTo:yyyy-MM-dd} ({found.OutOfTime.AllFrauds:N0} known frauds)");
        if (found.Rules.Count == 0)
        {
            Line($"No rule is good enough: ask for less with --precision, or allow more with --conditions.");
            return;
        }

        foreach (var (rule, number) in found.Rules.Select((rule, i) => (rule, i + 1)))
        {
            Line($"");
            Line($"{number}. {rule.Text}");
            Print("found on", rule.InTime);
            Print("later days", rule.OutOfTime);
        }

        Line($"");
        Line($"All {found.Rules.Count} together");
        PrintAll("found on", found.InTime);
        PrintAll("later days", found.OutOfTime);
        if (file is not null)
        {
            Line($"");
            Line($"Written to {file.FullName}; next: vigil rules backtest {file.Name}");
        }
    }

    private static void Print(string period, RuleQuality quality) => Line(
        $"   {period,-11} {Percent(quality.Precision)} of alerts are fraud, {Percent(quality.Recall)} of frauds found (new: {Percent(quality.NewRecall)}), {quality.AlertsPerDay:0.#} alerts a day (new: {quality.NewAlertsPerDay:0.#}), {quality.FraudAmount:N0} of {quality.AllFraudAmount:N0} lost to fraud caught");

    private static void PrintAll(string period, RuleQuality quality) => Line(
        $"   {period,-11} {Percent(quality.Precision)} of alerts are fraud, {Percent(quality.Recall)} of frauds found, {quality.AlertsPerDay:0.#} alerts a day ({quality.NewAlertsPerDay:0.#} not flagged at the time), {quality.FraudAmount:N0} of {quality.AllFraudAmount:N0} lost to fraud caught");

    private static string Percent(double? share) =>
        share is null ? "  none" : string.Create(CultureInfo.InvariantCulture, $"{100 * share,5:0.0}%");

    private static void Line(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
