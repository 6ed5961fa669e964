using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;
using Vigil.Training.Comparison;

namespace Vigil.Cli.Commands.Models;

/// <summary><c>vigil models compare</c>: versions beside each other on the same payments.</summary>
internal static class ModelsCompareCommand
{
    public static Command Create()
    {
        var workplace = new Workplace();
        var versions = new Argument<int[]>("versions") { Description = "Numbers of the versions; one is measured alone. None: the challengers, as they were scored live", Arity = ArgumentArity.ZeroOrMore };
        var since = new Option<string?>("--since") { Description = "First day or time, or a span back from now (default: where all have honest scores)" };
        var until = new Option<string?>("--until") { Description = "Day or time that is not looked at any more" };
        var budget = new Option<int?>("--reviews-per-day") { Description = "Payments that analysts review a day (default: what the first version asks for)" };
        var command = workplace.AddTo(new Command("compare",
            """
            Measure versions on the same payments, which none of them has learned from

            Average precision; precision and recall when analysts review the highest scores of each day; calibration;
            what the thresholds let through; time per row; of two, how often they ask the same. Ranges hold 95 of 100
            resamples of the payments.

            Without versions: each challenger (vigil models challenge) beside the model that decided, by the scores that
            were recorded with the decisions, of the newest 7 days unless --since says otherwise. How far they agree at the
            review budget, precision and recall there as labels arrive, each with its range of 95% (Wilson), and what can
            be told by now. Labels of a control group count for the payments that were blocked.

            Examples:
              vigil models compare
              vigil models compare --since 28d --reviews-per-day 50 --json
              vigil models compare 1 2
              vigil models compare 1 2 --since 2026-04-01 --reviews-per-day 50 --json
              vigil models compare 3 --since 30d
            """)
        { versions, since, until, budget }, models: true);
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            if (parsed.GetValue(budget) is < 1)
                throw new CommandException("--reviews-per-day must be 1 or more", ExitCode.Usage);
            using var store = workplace.Open(parsed);
            if (parsed.GetRequiredValue(versions).Length == 0)
            {
                var measured = ShadowReading.Read(
                    store, Time(parsed.GetValue(since), "--since") ?? Workplace.Now - DriftReading.UsualSpan,
                    Time(parsed.GetValue(until), "--until") ?? long.MaxValue, parsed.GetValue(budget), shutdown.Token);
                Console.Write(workplace.IsJson(parsed) ? ShadowText.Json(measured) + Environment.NewLine : ShadowText.Of(measured));
                return Task.FromResult(ExitCode.Ok);
            }

            var registry = workplace.Paths(parsed).OpenRegistry();
            var served = ModelsRegistryCommands.Served(registry);
            var models = parsed.GetRequiredValue(versions).Select(v => registry.Load(v, served, shutdown.Token)).ToList();
            var rows = new StepProgress().Run("Scoring", report => JudgedHistory.Read(
                store, models, Time(parsed.GetValue(since), "--since"), Time(parsed.GetValue(until), "--until"), Workplace.Now, report, shutdown.Token));
            if (rows.Count == 0)
                throw new CommandException("there is no payment in that time that none of these versions has learned from: wait for some, or name another time with --since and --until");
            var compared = ModelComparison.Of(models, rows, parsed.GetValue(budget));
            if (workplace.IsJson(parsed))
                Console.WriteLine(compared.ToJson());
            else
                Print(compared);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;

        static long? Time(string? text, string option) => text is null ? null : TimeArgument.Earlier(text, option);
    }

    private static void Print(ModelComparison compared)
    {
        Console.WriteLine(Text($"{compared.Rows:N0} payments of {compared.From:yyyy-MM-dd} to {compared.To:yyyy-MM-dd}, {compared.Labelled:N0} labelled, {compared.Frauds:N0} frauds; {compared.ReviewsPerDay:N0} reviews a day"));
        string[] header = ["", .. compared.Models.Select(m => Text($"version {m.Version}"))];
        var table = new TextTable(header);
        Row("average precision", m => Range(m.AveragePrecision));
        Row("precision at the budget", m => Range(m.Precision));
        Row("recall at the budget", m => Range(m.Recall));
        Row("area under ROC", m => Text($"{m.RocAuc:0.0000}"));
        Row("Brier score", m => Text($"{m.Brier:0.000000}"));
        Row("calibration error", m => Text($"{m.CalibrationError:0.000000}"));
        Row("flagged", m => Text($"{m.ReviewShare:0.000%}"));
        Row("blocked", m => Text($"{m.BlockShare:0.000%}"));
        Row("frauds among the flagged", m => Text($"{m.ReviewPrecision:0.0000}"));
        Row("flagged among the frauds", m => Text($"{m.ReviewRecall:0.0000}"));
        Row("µs a row", m => Text($"{m.Microseconds:0.0}"));
        table.Write(Console.Out);
        if (compared.Agreement is { } agreement)
            Console.WriteLine(Text($"the first two ask the same of {agreement:0.000%}; only the first flags {compared.OnlyFirst:N0}, only the second {compared.OnlySecond:N0}"));
        if (compared.Gain is { } gain)
            Console.WriteLine($"average precision of the first less the second: {Range(gain)}");

        void Row(string name, Func<ModelMeasures, string> value) => table.Add([name, .. compared.Models.Select(value)]);
    }

    private static string Range(Interval? interval) => ShadowText.Range(interval);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
