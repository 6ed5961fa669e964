using System.Buffers;
using System.Globalization;
using System.Text;
using Vigil.Benchmarks.Xgboost;
using Vigil.Core.Models;
using Vigil.Training.Boosting;

namespace Vigil.Benchmarks;

/// <summary>
/// Exact Shapley values against XGBoost's <c>pred_contribs</c>, on the same model, one thread: the library over all rows
/// in one call (it prepares the trees in each), ours a row at a time.
/// </summary>
internal static class ShapBenchmark
{
    private const int Repeats = 10;
    private const int Rows = 256;

    internal static int Run()
    {
        if (!XgboostLibrary.IsPresent)
        {
            Console.Error.WriteLine("libxgboost is not installed (Debian: apt install libxgboost0); there is nothing to compare with.");
            return 1;
        }

        var table = new StringBuilder("| trees, depth, features | XGBoost, us per row | Vigil, us per row | ratio | largest difference |\n|---|---|---|---|---|\n");
        foreach (var (trees, depth, columns) in new[] { (200, 6, 15), (200, 6, 47), (200, 10, 47) })
            Compare(trees, depth, columns, table);
        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"\nXGBoost {XgboostLibrary.Version}; a tenth of the values missing, 1 thread; best of {Repeats} runs over {Rows} rows, in turn.\n");
        Console.WriteLine(table);
        return 0;
    }

    private static void Compare(int trees, int depth, int columns, StringBuilder table)
    {
        var data = LabelledMatrix.Synthetic(50_000 + Rows, columns, 1);
        var train = data.Slice(0, 50_000);
        var rows = data.Slice(50_000, 50_000 + Rows).Features.Values.ToArray();
        var model = BoostedTreesTrainer.Train(train.Features, train.Labels, new BoostingOptions { Rounds = trees, MaxDepth = depth, MinChildWeight = 0 }).Model;
        var json = new ArrayBufferWriter<byte>();
        XgboostJson.Write(model, json);

        using var booster = new XgboostBooster(0, ("nthread", "1"));
        booster.Load(json.WrittenSpan.ToArray());
        var matrix = XgboostBooster.Matrix(rows, columns);
        float[] theirs = [];
        var ours = new float[Rows * columns];
        var times = ScoringBenchmark.Best(
            Repeats,
            () => theirs = booster.Contributions(matrix),
            () =>
            {
                for (var i = 0; i < Rows; i++)
                    model.Contributions(rows.AsSpan(i * columns, columns), ours.AsSpan(i * columns, columns));
            });
        XgboostLibrary.Check(XgboostLibrary.XGDMatrixFree(matrix));
        var difference = 0f;
        for (var i = 0; i < Rows; i++)
        {
            for (var f = 0; f < columns; f++)
                difference = Math.Max(difference, Math.Abs(ours[(i * columns) + f] - theirs[(i * (columns + 1)) + f]));
        }

        var (theirTime, ourTime) = (times[0] / Rows, times[1] / Rows);
        table.Append(CultureInfo.InvariantCulture,
            $"| {trees}, {depth}, {columns} | {theirTime:F1} | {ourTime:F1} | {theirTime / ourTime:F1} | {difference:E1} |\n");
    }
}
