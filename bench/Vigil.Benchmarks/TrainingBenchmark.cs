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
    /// <param name="args">--data FILE.npy, --rows N, --rounds N, --depth N, --bins N, --threads N, --repeat N, --only vigil|xgboost.</param>
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

        var table = new StringBuilder("| data | rows | bins | XGBoost s | Vigil s | ratio | AP XGBoost | AP Vigil |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var (name, data) in sets)
        {
            var half = data.Labels.Length / 2;
            var (train, test) = (data.Slice(0, half), data.Slice(half, data.Labels.Length));
            foreach (var bins in Array.IndexOf(args, "--bins") >= 0 ? [Option(args, "--bins", 0)] : new[] { 256, 1024 })
            {
                var setting = new Setting(rounds, depth, bins, threads);
                var (theirs, theirAp) = Best(repeat, () => TrainXgboost(train, test, setting));
                var (ours, ourAp) = Best(repeat, () => TrainVigil(train, test, setting));
                table.Append(CultureInfo.InvariantCulture,
                    $"| {name} | {half:N0} | {bins} | {theirs:F2} | {ours:F2} | {theirs / ours:F2} | {theirAp:F4} | {ourAp:F4} |\n");
            }
        }

        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"\nXGBoost {XgboostLibrary.Version} hist; {rounds} rounds, depth {depth}, learning rate 0.1, {threads} threads; best of {repeat} runs.\n");
        Console.WriteLine(table);
        return 0;
    }

    private static (double Seconds, double AveragePrecision) TrainXgboost(LabelledMatrix train, LabelledMatrix test, Setting setting)
    {
        var columns = train.Features.ColumnCount;
        var matrix = XgboostBooster.Matrix(train.Features.Values.ToArray(), columns, [.. train.Labels.Select(l => (float)l)]);
        using var booster = new XgboostBooster(
            matrix,
            ("tree_method", "hist"), ("objective", "binary:logistic"), ("eta", "0.1"), ("seed", "0"),
            ("max_depth", Text(setting.Depth)), ("max_bin", Text(setting.Bins)), ("nthread", Text(setting.Threads)),
            ("base_score", train.Labels.Average(l => (double)l).ToString(CultureInfo.InvariantCulture)));
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < setting.Rounds; round++)
            booster.Update(round, matrix);
        var seconds = watch.Elapsed.TotalSeconds;
        var testMatrix = XgboostBooster.Matrix(test.Features.Values.ToArray(), columns);
        var margins = booster.Margins(testMatrix);
        XgboostLibrary.Check(XgboostLibrary.XGDMatrixFree(matrix));
        XgboostLibrary.Check(XgboostLibrary.XGDMatrixFree(testMatrix));
        return (seconds, ValidationMetric.AveragePrecision(margins, test.Labels, default));
    }

    private static (double Seconds, double AveragePrecision) TrainVigil(LabelledMatrix train, LabelledMatrix test, Setting setting)
    {
        var options = new BoostingOptions { Rounds = setting.Rounds, MaxDepth = setting.Depth, Bins = setting.Bins, Threads = setting.Threads };
        var watch = Stopwatch.StartNew();
        var model = BoostedTreesTrainer.Train(train.Features, train.Labels, options).Model;
        var seconds = watch.Elapsed.TotalSeconds;
        var margins = new float[test.Labels.Length];
        model.Margin(test.Features.Values, margins);
        return (seconds, ValidationMetric.AveragePrecision(margins, test.Labels, default));
    }

    private static (double Seconds, double AveragePrecision) Best(int repeat, Func<(double Seconds, double AveragePrecision)> run)
    {
        var best = run();
        for (var i = 1; i < repeat; i++)
        {
            var again = run();
            if (again.Seconds < best.Seconds)
                best = again;
        }

        return best;
    }

    private static int Option(string[] args, string name, int fallback) =>
        Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : fallback;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Setting(int Rounds, int Depth, int Bins, int Threads);
}
