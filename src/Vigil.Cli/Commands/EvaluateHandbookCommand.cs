using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Vigil.Cli.Host;
using Vigil.Core.Features;
using Vigil.Training.Evaluation;
using Vigil.Training.Learning;
using Vigil.Training.Simulation;

namespace Vigil.Cli.Commands;

/// <summary><c>vigil evaluate handbook</c>: our numbers beside the published ones, by the Handbook's protocol.</summary>
internal static class EvaluateHandbookCommand
{
    private sealed record Request(
        FileInfo Data, string Features, Learner Learner, IReadOnlyList<DateOnly> Folds, string FoldsName, int Seeds, bool Json);

    public static Command Create()
    {
        var data = new Option<FileInfo>("--data")
        {
            Description = "Compact data file (dt_s, customer, terminal, cents, scenario; .gz or plain); `vigil simulate --format compact` makes one",
            Required = true,
        };
        data.AcceptExistingOnly();
        var features = new Option<string>("--features")
        {
            Description = "handbook (the book's 15, taught by one week), default (taught by all history) or a feature set file",
            DefaultValueFactory = _ => "default",
        };
        var model = new Option<Learner>("--model") { Description = "What learns: trees, forest or logistic", DefaultValueFactory = _ => Learner.Trees };
        model.AcceptOnlyFromAmong("trees", "forest", "logistic");
        var folds = new Option<string>("--folds")
        {
            Description = "week (tested on 2018-08-08..14), four (the mean of four test weeks), or validation (the weeks for choosing hyper-parameters)",
            DefaultValueFactory = _ => "week",
        };
        folds.AcceptOnlyFromAmong("week", "four", "validation");
        var seeds = new Option<int>("--seeds") { Description = "Runs to average", DefaultValueFactory = _ => 3 };
        seeds.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > 100)
                r.AddError("--seeds is from 1 to 100.");
        });
        var json = new Option<bool>("--json") { Description = "Print the numbers as JSON" };
        var command = new Command("handbook",
            """
            Train and test by the Fraud Detection Handbook's protocol

            Examples:
              vigil evaluate handbook --data transactions.csv.gz
              vigil evaluate handbook --data transactions.csv.gz --features handbook --folds four --json
            """)
        { data, features, model, folds, seeds, json };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(new Request(
            parsed.GetRequiredValue(data),
            parsed.GetValue(features)!,
            parsed.GetValue(model),
            parsed.GetValue(folds) switch
            {
                "week" => HandbookProtocol.Week,
                "four" => HandbookProtocol.Four,
                _ => HandbookProtocol.Validation,
            },
            parsed.GetValue(folds)!,
            parsed.GetValue(seeds),
            parsed.GetValue(json)), cancel)));
        return command;
    }

    private static int Run(Request request, CancellationToken cancel)
    {
        var log = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        log.MarkupLineInterpolated($"Reading {request.Data.Name}");
        CompactDataset dataset;
        using (var stream = request.Data.OpenRead())
            dataset = CompactFile.Read(stream);
        var set = FeatureSetFile.Load(request.Features);
        log.MarkupLineInterpolated($"{dataset.Count:N0} transactions; computing the {set.Features.Count} features of {set.Name}");
        var history = CompactFeatures.Compute(dataset, set);
        var oneWeek = set.Name == "handbook";
        var evaluation = new HandbookEvaluation(dataset, history) { AnyHistory = !oneWeek };
        var options = oneWeek
            ? new TrainingOptions { Boosting = LearnerDefaults.HandbookWeek }
            : new TrainingOptions { LegitimateShare = 0.25 };
        var runs = new List<HandbookMetrics>();
        for (var seed = 1; seed <= request.Seeds; seed++)
        {
            var perFold = new List<HandbookMetrics>();
            foreach (var fold in request.Folds)
            {
                cancel.ThrowIfCancellationRequested();
                var metrics = evaluation.Run(fold, request.Learner, options with { Seed = seed });
                log.MarkupLineInterpolated(CultureInfo.InvariantCulture,
                    $"seed {seed}, train start {fold:yyyy-MM-dd}: {metrics.RocAuc:0.0000} / {metrics.AveragePrecision:0.0000} / {metrics.CardPrecision100:0.0000}");
                perFold.Add(metrics);
            }

            runs.Add(Mean(perFold));
        }

        if (request.Json)
            PrintJson(request, set, runs);
        else
            PrintTable(request, set, runs);
        return ExitCode.Ok;
    }

    private static HandbookMetrics Mean(List<HandbookMetrics> metrics) => new(
        metrics.Average(m => m.RocAuc), metrics.Average(m => m.AveragePrecision), metrics.Average(m => m.CardPrecision100));

    /// <summary>Sample standard deviation over the seeds; zero for one seed.</summary>
    private static HandbookMetrics Spread(List<HandbookMetrics> runs)
    {
        var mean = Mean(runs);
        double Deviation(Func<HandbookMetrics, double> value, double around) => runs.Count < 2
            ? 0
            : Math.Sqrt(runs.Sum(r => (value(r) - around) * (value(r) - around)) / (runs.Count - 1));
        return new HandbookMetrics(
            Deviation(r => r.RocAuc, mean.RocAuc),
            Deviation(r => r.AveragePrecision, mean.AveragePrecision),
            Deviation(r => r.CardPrecision100, mean.CardPrecision100));
    }

    private static void PrintTable(Request request, FeatureSet set, List<HandbookMetrics> runs)
    {
        Console.WriteLine($"{"folds: " + request.FoldsName,-44}{"AUC ROC",9}{"avg. precision",16}{"card prec.@100",16}");
        foreach (var published in PublishedNumbers.All)
        {
            var numbers = request.FoldsName == "four" ? published.FourFolds : request.FoldsName == "week" ? published.Week : null;
            if (numbers is { } n)
                PrintRow($"published: {published.Model}", n, "0.000");
        }

        PrintRow($"ours: {request.Learner.ToString().ToLowerInvariant()}, {set.Name} features", Mean(runs), "0.0000");
        PrintRow($"  standard deviation over {runs.Count} seeds", Spread(runs), "0.0000");
    }

    private static void PrintRow(string name, HandbookMetrics m, string format)
    {
        string Show(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        Console.WriteLine($"{name,-44}{Show(m.RocAuc),9}{Show(m.AveragePrecision),16}{Show(m.CardPrecision100),16}");
    }

    private static void PrintJson(Request request, FeatureSet set, List<HandbookMetrics> runs)
    {
        static object Numbers(HandbookMetrics m) => new
        {
            roc_auc = m.RocAuc,
            average_precision = m.AveragePrecision,
            card_precision_100 = m.CardPrecision100,
        };
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            folds = request.FoldsName,
            features = set.Name,
            feature_set_hash = set.Hash,
            model = request.Learner.ToString().ToLowerInvariant(),
            seeds = runs.Count,
            mean = Numbers(Mean(runs)),
            standard_deviation = Numbers(Spread(runs)),
            runs = runs.Select(Numbers),
            published = PublishedNumbers.All.Select(p => new
            {
                model = p.Model,
                week = p.Week is { } w ? Numbers(w) : null,
                four = p.FourFolds is { } f ? Numbers(f) : null,
            }),
        }, JsonPretty));
    }

    private static readonly JsonSerializerOptions JsonPretty = new() { WriteIndented = true };
}
