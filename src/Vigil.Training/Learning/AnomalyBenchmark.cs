using System.Globalization;
using System.IO.Compression;
using Vigil.Training.Dataset;
using Vigil.Training.Evaluation;
using Vigil.Training.Isolation;

namespace Vigil.Training.Learning;

/// <summary>Isolation forests on labelled outlier data: a CSV with columns x0..xk and y (1 for an anomaly).</summary>
public static class AnomalyBenchmark
{
    /// <summary>Reads the data, .gz or plain.</summary>
    /// <exception cref="TrainingException">A line that is no row of numbers; says which.</exception>
    public static (FeatureMatrix X, bool[] Anomalies) Read(Stream stream, bool compressed)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using Stream unzipped = compressed ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var reader = new StreamReader(unzipped);
        var header = (reader.ReadLine() ?? "").Split(',');
        if (header.Length < 2 || header[^1] != "y")
            throw new TrainingException("The first line is no header of columns x0, x1, … and y.");
        var values = new List<float>();
        var anomalies = new List<bool>();
        for (var line = 2; reader.ReadLine() is { } text; line++)
        {
            var cells = text.Split(',');
            if (cells.Length != header.Length)
                throw new TrainingException($"Line {line} has {cells.Length} values, the header names {header.Length}.");
            for (var i = 0; i < cells.Length - 1; i++)
            {
                if (!float.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                    throw new TrainingException($"Line {line}: {header[i]} is no number.");
                values.Add(value);
            }

            if (cells[^1] is not ("0" or "1" or "0.0" or "1.0"))
                throw new TrainingException($"Line {line}: y is neither 0 nor 1.");
            anomalies.Add(cells[^1][0] == '1');
        }

        return (new FeatureMatrix(header[..^1], [.. values]), [.. anomalies]);
    }

    /// <summary>Area under the ROC curve of one forest, trained and tested on all rows as is the custom of this benchmark.</summary>
    public static double RocAuc(FeatureMatrix x, bool[] anomalies, IsolationOptions options)
    {
        ArgumentNullException.ThrowIfNull(x);
        var forest = IsolationForestTrainer.Train(x, options);
        var scores = new float[x.RowCount];
        forest.Score(x.Values, scores);
        return RankingMetrics.RocAuc(scores, anomalies);
    }
}
