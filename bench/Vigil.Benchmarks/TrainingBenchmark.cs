using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vigil.Benchmarks.Xgboost;
using Vigil.Training.Boosting;

namespace Vigil.Benchmarks;

/// <summary>
/// Training time against XGBoost's <c>hist</c>, and average precision on rows that neither saw: same rows, bins, depth,
/// rounds, threads. Both times include making the bins.
/// </summary>
internal static class TrainingBenchmark
{
    private const string Header =
        "| data | rows | bins | XGBoost s | Vigil s | ratio | XGBoost CPU s | Vigil CPU s | AP XGBoost | AP Vigil |\n|---|---|---|---|---|---|---|---|---|---|\n";

    /// <param name="args">--data FILE.npy, --rows N, --rounds N, --depth N, --bins N, --threads N, --repeat N, --tail SHARE.</param>
    internal static int Run(string[] args)
    {
        if (!XgboostLibrary.IsPresent)
        {
            Console.Error.WriteLine("libxgboost is not installed (Debian: apt install libxgboost0); there is nothing to compare with.");
            return 1;
        }

        var rounds = Option(args, "--rounds", 100);
        var depth = Option(args, "--depth", 6);
        var threads = Option(args, "--threads", 2);
        var repeat = Option(args, "--repeat", 3);
        var rows = Option(args, "--rows", 200_000);
        var tail = Array.IndexOf(args, "--tail") is >= 0 and var place
            ? double.Parse(args[place + 1], CultureInfo.InvariantCulture)
            : (double?)null;
        var file = Array.IndexOf(args, "--data") is >= 0 and var at ? args[at + 1] : null;
        var sets = new List<(string Name, LabelledMatrix Data)>();
        if (file is not null)
        {
            sets.Add((Path.GetFileNameWithoutExtension(file), LabelledMatrix.Read(file)));
        }
        else
        {
            foreach (var columns in new[] { 15, 47 })
                sets.Add(($"synthetic, {columns} features", LabelledMatrix.Synthetic(2 * rows, columns, 1)));
        }

        var table = new StringBuilder(Header);
        foreach (var (name, data) in sets)
        {
            var half = data.Labels.Length / 2;
            var (train, test) = (data.Slice(0, half), data.Slice(half, data.Labels.Length));
            foreach (var bins in Array.IndexOf(args, "--bins") >= 0 ? [Option(args, "--bins", 0)] : new[] { 256, 1024 })
            {
                var setting = new Setting(rounds, depth, bins, threads, tail);
                var (theirs, ours) = (Result.None, Result.None);
                if (table.Length == Header.Length)
                    TrainVigil(train, test, setting); // the just-in-time compiler's share is start-up, not training
                for (var i = 0; i < repeat; i++)
                {
                    // In turn, so that a busy moment of the machine meets both.
                    if (!args.Contains("--without-xgboost"))
                        theirs = theirs.Best(TrainXgboost(train, test, setting));
                    ours = ours.Best(TrainVigil(train, test, setting));
                }

                table.Append(CultureInfo.InvariantCulture,
                    $"| {name} | {half:N0} | {bins} | {theirs.Seconds:F2} | {ours.Seconds:F2} | {theirs.Seconds / ours.Seconds:F2} | {theirs.ProcessorSeconds:F2} | {ours.ProcessorSeconds:F2} | {theirs.AveragePrecision:F4} | {ours.AveragePrecision:F4} |\n");
            }
        }

        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"\nXGBoost {XgboostLibrary.Version} hist; {rounds} rounds, depth {depth}, learning rate 0.1, {threads} threads; best of {repeat} runs, after a warm-up.\n");
        Console.WriteLine(table);
        return 0;
    }

    private static Result TrainXgboost(LabelledMatrix train, LabelledMatrix test, Setting setting)
    {
        var columns = train.Features.ColumnCount;
        var matrix = XgboostBooster.Matrix(train.Features.Values.ToArray(), columns, [.. train.Labels.Select(l => (float)l)]);
        using var booster = new XgboostBooster(
            matrix,
            ("tree_method", "hist"), ("objective", "binary:logistic"), ("eta", "0.1"), ("seed", "0"),
            ("max_depth", Text(setting.Depth)), ("max_bin", Text(setting.Bins)), ("nthread", Text(setting.Threads)),
            ("base_score", train.Labels.Average(l => (double)l).ToString(CultureInfo.InvariantCulture)));
        var watch = Watch.Start();
        for (var round = 0; round < setting.Rounds; round++)
            booster.Update(round, matrix);
        var (seconds, processor) = watch.Stop();
        var testMatrix = XgboostBooster.Matrix(test.Features.Values.ToArray(), columns);
        var margins = booster.Margins(testMatrix);
        XgboostLibrary.Check(XgboostLibrary.XGDMatrixFree(matrix));
        XgboostLibrary.Check(XgboostLibrary.XGDMatrixFree(testMatrix));
        return new Result(seconds, processor, ValidationMetric.AveragePrecision(margins, test.Labels, default));
    }

    private static Result TrainVigil(LabelledMatrix train, LabelledMatrix test, Setting setting)
    {
        var options = new BoostingOptions { Rounds = setting.Rounds, MaxDepth = setting.Depth, Bins = setting.Bins, TailBins = setting.Tail, Threads = setting.Threads };
        var watch = Watch.Start();
        var model = BoostedTreesTrainer.Train(train.Features, train.Labels, options).Model;
        var (seconds, processor) = watch.Stop();
        var margins = new float[test.Labels.Length];
        model.Margin(test.Features.Values, margins);
        return new Result(seconds, processor, ValidationMetric.AveragePrecision(margins, test.Labels, default));
    }

    private static int Option(string[] args, string name, int fallback) =>
        Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : fallback;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Setting(int Rounds, int Depth, int Bins, int Threads, double? Tail);

    private readonly record struct Result(double Seconds, double ProcessorSeconds, double AveragePrecision)
    {
        internal static readonly Result None = new(double.PositiveInfinity, 0, 0);

        internal Result Best(Result other) => other.Seconds < Seconds ? other : this;
    }

    /// <summary>Wall clock and processor time: on a busy machine the second says more.</summary>
    private readonly record struct Watch(long Started, TimeSpan Processor)
    {
        internal static Watch Start() => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

        internal (double Seconds, double Processor) Stop() =>
            (Stopwatch.GetElapsedTime(Started).TotalSeconds, (Environment.CpuUsage.TotalTime - Processor).TotalSeconds);
    }
}
