using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Models;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Transactions;
using Vigil.Training.Drift;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil drift</c>: whether payments still look as they did when the model was made.</summary>
internal static class DriftCommand
{
    private const int MostShown = 12;

    public static Command Create()
    {
        var workplace = new Workplace();
        var since = new Option<string?>("--since") { Description = "First day or time, or a span back from now (default: the newest seven days of the payments)" };
        var until = new Option<string?>("--until") { Description = "Day or time that is not looked at any more" };
        var version = new Option<int?>("--version") { Description = "Against the reference of this version (default: the one in charge)" };
        var featurePsi = Number("--feature-psi", "Stability index of a feature from which on it counts", new DriftLimits().FeaturePsi);
        var scorePsi = Number("--score-psi", "Stability index of the score from which on it counts", new DriftLimits().ScorePsi);
        var minRows = new Option<int>("--min-rows") { Description = "Fewer payments than this say nothing", DefaultValueFactory = _ => new DriftLimits().MinRows };
        var command = workplace.AddTo(new Command("drift",
            """
            Say whether payments, scores and labels are as they were when the model was made

            By feature and for the score: population stability index (0.1 is little, 0.25 much), Kolmogorov and Smirnov's
            distance, the share missing; and the share of frauds among labelled payments. The exit code is 1 where
            something passed its limit. A running Vigil looks every DRIFT_INTERVAL and tells its metrics.

            Examples:
              vigil drift
              vigil drift --since 30d --json
              vigil drift --since 2026-04-01 --until 2026-05-01 --version 3
            """)
        { since, until, version, featurePsi, scorePsi, minRows }, models: true);
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            var limits = new DriftLimits { FeaturePsi = parsed.GetValue(featurePsi), ScorePsi = parsed.GetValue(scorePsi), MinRows = parsed.GetValue(minRows) };
            try
            {
                limits.Validate();
            }
            catch (ArgumentOutOfRangeException e)
            {
                throw new CommandException($"--feature-psi and --score-psi must be above 0, --min-rows 1 or more, not {e.ActualValue}", ExitCode.Usage, e);
            }

            using var store = workplace.Open(parsed);
            var registry = workplace.Paths(parsed).OpenRegistry();
            var model = (parsed.GetValue(version) is { } named ? registry.Load(named, cancel: shutdown.Token) : registry.LoadChampion(cancel: shutdown.Token))
                ?? throw new CommandException("no model is in charge: name one with --version, or promote one (vigil models promote VERSION)");
            var reference = model.Reference
                ?? throw new CommandException($"version {model.Version} has no reference to compare with: it was made elsewhere, or by a former Vigil. vigil train makes one with it");
            var report = new StepProgress().Run("Comparing", told => DriftReading.Read(
                store, model, reference, Time(parsed.GetValue(since), "--since"), Time(parsed.GetValue(until), "--until"), limits, Workplace.Now, told, shutdown.Token));
            if (report.Rows == 0)
            {
                throw new CommandException(store.Bounds() is { OldestTime: { } oldest, NewestTime: { } newest }
                    ? $"there is no payment in that time: those that are stored are of {Timestamp.Format(oldest)} to {Timestamp.Format(newest)}; name another with --since and --until"
                    : "no payment is stored yet that could be compared");
            }

            if (workplace.IsJson(parsed))
                Console.WriteLine(report.ToJson());
            else
                Print(model.Version, report, limits);
            return Task.FromResult(report.Drifted ? ExitCode.Incomplete : ExitCode.Ok);
        });
        return command;
    }

    private static Option<double> Number(string name, string description, double otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    private static long? Time(string? text, string option) => text is null ? null : TimeArgument.Earlier(text, option);

    private static void Print(int version, DriftReport report, DriftLimits limits)
    {
        Console.WriteLine(Text($"{report.Rows:N0} payments of {report.From:yyyy-MM-dd} to {report.To:yyyy-MM-dd}, against version {version}: {report.ReferenceFrom:yyyy-MM-dd} to {report.ReferenceTo:yyyy-MM-dd}"));
        var table = new TextTable("", "PSI", "KS", "probability", "missing", "formerly");
        foreach (var column in report.Features.Take(MostShown).Prepend(report.Score))
            table.Add(column.Name, Text($"{column.Psi:0.0000}"), Text($"{column.Ks:0.0000}"), Text($"{column.KsProbability:0.####}"), Text($"{column.Missing:0.00%}"), Text($"{column.MissingBefore:0.00%}"));
        table.Write(Console.Out);
        if (report.Features.Count > MostShown)
            Console.WriteLine($"and {report.Features.Count - MostShown} features that moved less; --json has them all");
        Console.WriteLine(report.LabelRate is { } rate
            ? Text($"{report.Labelled:N0} labelled payments, {rate:0.000%} of them fraud, formerly {report.LabelRateBefore:0.000%}") : "no payment is labelled yet");
        foreach (var alert in report.Alerts)
            Console.WriteLine($"DRIFT  {alert}");
        if (report.Rows < limits.MinRows)
            Console.WriteLine(Text($"fewer than {limits.MinRows:N0} payments say nothing"));
        else if (!report.Drifted)
            Console.WriteLine("all is as it was");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
