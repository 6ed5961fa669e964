using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vigil.Benchmarks.Xgboost;
using Vigil.Core.Models;
using Vigil.Training.Boosting;

namespace Vigil.Benchmarks;

/// <summary>
/// Scoring one row at a time against XGBoost's C library, on the same model, one thread: the library by its fastest
/// way for one row (in-place prediction from a dense array through a reused proxy).
/// </summary>
internal static class ScoringBenchmark
{
    private const int Trees = 200;
    private const int Depth = 6;
    private const int Repeats = 100;

    internal static int Run()
    {
        if (!XgboostLibrary.IsPresent)
        {
            Console.Error.WriteLine("libxgboost is not installed (Debian: apt install libxgboost0); there is nothing to compare with.");
            return 1;
        }

        var table = new StringBuilder("| features | XGBoost one row, us | Vigil one row, us | ratio | Vigil in a batch, us per row | largest difference |\n|---|---|---|---|---|---|\n");
        foreach (var columns in new[] { 15, 47 })
            Compare(columns, table);
        Console.WriteLine(Machine.Describe());
        Console.WriteLine($"\nXGBoost {XgboostLibrary.Version}; {Trees} trees of depth {Depth}, a tenth of the values missing, 1 thread; best of {Repeats} runs over 1,024 rows, in turn.\n");
        Console.WriteLine(table);
        return 0;
    }

    private static void Compare(int columns, StringBuilder table)
    {
        var data = LabelledMatrix.Synthetic(51_024, columns, 1);
        var train = data.Slice(0, 50_000);
        var test = data.Slice(50_000, 51_024);
        var model = BoostedTreesTrainer.Train(train.Features, train.Labels, new BoostingOptions { Rounds = Trees, MaxDepth = Depth, MinChildWeight = 0 }).Model;
        var json = new ArrayBufferWriter<byte>();
        XgboostJson.Write(model, json);

        using var booster = new XgboostBooster(0, ("nthread", "1"));
        booster.Load(json.WrittenSpan.ToArray());
        var rows = test.Features.Values.ToArray();
        var count = test.Labels.Length;
        var pinned = GC.AllocateArray<float>(columns, pinned: true);
        var predictor = booster.OneRowPredictor(pinned);
        var theirs = new float[count];
        var ours = new float[count];
        var batch = new float[count];
        var times = Best(
            Repeats,
            () =>
            {
                for (var i = 0; i < count; i++)
                {
                    rows.AsSpan(i * columns, columns).CopyTo(pinned);
                    theirs[i] = predictor();
                }
            },
            () =>
            {
                for (var i = 0; i < count; i++)
                    ours[i] = model.Score(rows.AsSpan(i * columns, columns));
            },
            () => model.Score(rows, batch));
        var (theirTime, ourTime, batchTime) = (times[0] / count, times[1] / count, times[2] / count);
        var difference = 0f;
        for (var i = 0; i < count; i++)
        {
            difference = Math.Max(difference, Math.Abs(ours[i] - theirs[i]));
            if (BitConverter.SingleToInt32Bits(ours[i]) != BitConverter.SingleToInt32Bits(batch[i]))
                throw new InvalidOperationException("One row and a batch disagree.");
        }

        table.Append(CultureInfo.InvariantCulture,
            $"| {columns} | {theirTime:F2} | {ourTime:F2} | {theirTime / ourTime:F1} | {batchTime:F2} | {difference:E1} |\n");
    }

    /// <summary>The shortest time of each, measured in turn, so that a busy moment of the machine meets all.</summary>
    /// <param name="repeats">How often each is measured.</param>
    /// <param name="runs">What is measured.</param>
    internal static double[] Best(int repeats, params ReadOnlySpan<Action> runs)
    {
        // The just-in-time compiler optimises in the background: give it a second.
        foreach (var run in runs)
        {
            var warm = Stopwatch.StartNew();
            while (warm.ElapsedMilliseconds < 1000)
                run();
        }

        var best = new double[runs.Length];
        Array.Fill(best, double.MaxValue);
        for (var i = 0; i < repeats; i++)
        {
            for (var r = 0; r < runs.Length; r++)
            {
                var watch = Stopwatch.StartNew();
                runs[r]();
                best[r] = Math.Min(best[r], watch.Elapsed.TotalMicroseconds);
            }
        }

        return best;
    }
}
