using System.Globalization;
using System.IO.Compression;
using Vigil.Training.Dataset;
using Vigil.Training.Isolation;

namespace Vigil.Tests.Training.Isolation;

/// <summary>The published data sets of isolation forests: the mean area under the ROC curve of five seeds.</summary>
public sealed class AdbenchTests
{
    [Theory]
    [InlineData("http", 1.000)]
    [InlineData("shuttle", 0.997)]
    [InlineData("mammography", 0.861)]
    [InlineData("annthyroid", 0.818)]
    [InlineData("breastw", 0.987)]
    [InlineData("ionosphere", 0.846)]
    public void The_area_under_the_ROC_curve_is_the_published_one(string name, double published)
    {
        var (x, labels) = Read(Shared.PathOrSkip($"data/adbench_{name}.csv.gz"));
        var (scored, scoredLabels) = Thin(x, labels);
        var scores = new float[scoredLabels.Length];
        double sum = 0;
        for (var seed = 0; seed < 5; seed++)
        {
            IsolationForestTrainer.Train(x, new IsolationOptions { Seed = seed }, TestContext.Current.CancellationToken).Score(scored.Values, scores);
            sum += AreaUnderRoc(scores, scoredLabels);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {sum / 5:F4} (published {published})");
        (sum / 5).ShouldBeGreaterThan(published - 0.02);
        (sum / 5).ShouldBeLessThan(published + 0.03);
    }

    /// <summary>
    /// All anomalies and, of a large set, every tenth other row: it is learned from whole, but scoring half a million
    /// rows five times takes a debug build a minute, and the area does not change in its third decimal.
    /// </summary>
    private static (FeatureMatrix X, byte[] Labels) Thin(FeatureMatrix x, byte[] labels)
    {
        if (labels.Length < 100_000)
            return (x, labels);
        var kept = Enumerable.Range(0, labels.Length).Where(i => labels[i] == 1 || i % 10 == 0).ToArray();
        return (new FeatureMatrix(x.Columns, [.. kept.SelectMany(i => x.Row(i).ToArray())]), [.. kept.Select(i => labels[i])]);
    }

    private static (FeatureMatrix X, byte[] Labels) Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var columns = reader.ReadLine()!.Split(',')[..^1];
        var values = new List<float>();
        var labels = new List<byte>();
        while (reader.ReadLine() is { } line)
        {
            var span = line.AsSpan();
            foreach (var range in span.Split(','))
                values.Add(float.Parse(span[range], CultureInfo.InvariantCulture));
            labels.Add((byte)values[^1]);
            values.RemoveAt(values.Count - 1);
        }

        return (new FeatureMatrix(columns, [.. values]), [.. labels]);
    }

    /// <summary>The share of pairs in order, ties counting half (Mann, Whitney).</summary>
    private static double AreaUnderRoc(float[] scores, byte[] labels)
    {
        var keys = (float[])scores.Clone();
        var sorted = (byte[])labels.Clone();
        Array.Sort(keys, sorted);
        double pairs = 0, negatives = 0, positives = 0;
        for (var i = 0; i < keys.Length;)
        {
            double tiedNegatives = 0, tiedPositives = 0;
            for (var score = keys[i]; i < keys.Length && keys[i] == score; i++)
                _ = sorted[i] == 1 ? tiedPositives++ : tiedNegatives++;
            pairs += tiedPositives * (negatives + (tiedNegatives / 2));
            negatives += tiedNegatives;
            positives += tiedPositives;
        }

        return pairs / (positives * negatives);
    }
}
