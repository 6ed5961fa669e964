using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Host;
using Vigil.Cli.Host.Rules;
using Vigil.Core.Features;
using Vigil.Detection.Backtest;
using Vigil.Storage;
using Vigil.Storage.Rules;

namespace Vigil.Cli.Commands.Rules;

/// <summary><c>vigil rules backtest</c>: what rules would have done in the past.</summary>
internal static class RulesBacktestCommand
{
    private const int DefaultExamples = 3;

    public static Command Create()
    {
        var workplace = new Workplace();
        var file = new Argument<string>("file") { Description = "The file of a rule set, or a version" };
        var from = new Option<string?>("--from") { Description = "First day or time, or a span back from now such as 30d (default: the first transaction)" };
        var to = new Option<string?>("--to") { Description = "First day or time after the period (default: the last transaction)" };
        var maturity = new Option<string?>("--maturity")
        {
            Description = $"Age from which on a payment without a label counts as legitimate (default: {new Window(BacktestRequest.DefaultMaturity, 0)})",
        };
        var examples = new Option<int>("--examples") { Description = "Most examples of each kind, for each rule", DefaultValueFactory = _ => DefaultExamples };
        examples.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 0 or > 100)
                r.AddError("--examples is from 0 to 100.");
        });
        var days = new Option<bool>("--days") { Description = "Show the matches of each day" };
        var output = new Option<FileInfo?>("--out") { Description = "Write the whole report as JSON to this file" };
        var command = workplace.AddTo(new Command("backtest",
            """
            Show what rules would have done in a past period, and what they would have cost

            Every rule is taken as if it had been there for everybody, whatever its state. Nothing live is
            touched: it may run beside a working Vigil.

            Examples:
              vigil rules backtest my-rules.json
              vigil rules backtest my-rules.json --from 2026-01-01 --to 2026-03-01 --days
              vigil rules backtest 7 --from 30d --json
            """)
        { file, from, to, maturity, examples, days, output }, features: true);
        command.SetAction((parsed, _) =>
        {
            using var shutdown = new Shutdown();
            using var store = workplace.Open(parsed);
            var source = RuleSource.Load(parsed.GetRequiredValue(file), () => store);
            var program = RuleChecks.Require(source, workplace.Features(parsed));
            var age = parsed.GetValue(maturity) is { } typed ? TimeArgument.Span(typed, "--maturity") : BacktestRequest.DefaultMaturity;
            var plan = new BacktestPlan(program.RuleSet, program.FeatureSet)
            {
                InForce = RuleSource.InForce(store).Parse(),
                From = parsed.GetValue(from) is { } first ? TimeArgument.Earlier(first, "--from") : long.MinValue,
                To = parsed.GetValue(to) is { } end ? TimeArgument.Earlier(end, "--to") : long.MaxValue,
                MatureTo = Workplace.Now - age,
                Examples = parsed.GetValue(examples),
            };
            if (plan.From >= plan.To)
                throw new CommandException("the period ends before it begins: --from is before --to", ExitCode.Usage);
            var report = Run(store, plan, shutdown.Token);
            if (parsed.GetValue(output) is { } target)
                File.WriteAllText(target.FullName, BacktestJson.Write(report) + "\n");
            if (workplace.IsJson(parsed))
                Console.WriteLine(BacktestJson.Write(report));
            else
                BacktestText.Write(Console.Out, report, parsed.GetValue(days));
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }

    private static BacktestReport Run(Store store, BacktestPlan plan, CancellationToken cancel) =>
        new StepProgress().Run("Backtesting", report => new Backtester(store).Run(
            plan,
            (share, judged) => report(share, string.Create(CultureInfo.InvariantCulture, $"{judged:N0} transactions")),
            cancel));
}
