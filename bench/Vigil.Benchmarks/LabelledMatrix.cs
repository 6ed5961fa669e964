using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Vigil.Training.Dataset;

namespace Vigil.Benchmarks;

/// <summary>Rows with labels for the training benchmark.</summary>
internal sealed record LabelledMatrix(FeatureMatrix Features, byte[] Labels)
{
    /// <summary>Rare positives that depend on thresholds, products and a rare tail; a tenth of the values is missing.</summary>
    internal static LabelledMatrix Synthetic(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var values = new float[rows * columns];
        var labels = new byte[rows];
        for (var i = 0; i < rows; i++)
        {
            var row = values.AsSpan(i * columns, columns);
            for (var c = 0; c < columns; c++)
            {
                var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                row[c] = (float)((c % 4) switch
                {
                    0 => normal,
                    1 => Math.Round(Math.Exp(3 + normal), 2),
                    2 => Math.Floor(Math.Exp(1 + normal)),
                    _ => random.NextDouble() < 0.8 ? 0 : random.NextDouble(),
                });
            }

            var score = -5.5 + (0.8 * row[0]) + (row[1] > 120 ? 2.5 : 0) + (0.25 * Math.Min(row[2], 8)) + (3 * row[3])
                + (row[4 % columns] * row[5 % columns] > 40 ? 1.5 : 0) - (row[6 % columns] > 6 ? 1 : 0);
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-score)) ? (byte)1 : (byte)0;
            for (var c = 0; c < columns; c++)
            {
                if (random.NextDouble() < 0.1)
                    row[c] = float.NaN;
            }
        }

        return new LabelledMatrix(new FeatureMatrix(Names(columns), values), labels);
    }

    /// <summary>
    /// Reads a NumPy file (.npy, little-endian float32, two dimensions, C order) whose last column is the label.
    /// </summary>
    internal static LabelledMatrix Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 10 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
            throw new InvalidDataException($"{path} is no .npy file.");
        var headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        var shape = header[(header.IndexOf('(', StringComparison.Ordinal) + 1)..header.IndexOf(')', StringComparison.Ordinal)].Split(',');
        if (!header.Contains("'<f4'", StringComparison.Ordinal) || header.Contains("'fortran_order': True", StringComparison.Ordinal) || shape.Length != 2)
            throw new InvalidDataException($"{path} must hold float32 in two dimensions in C order, the last column being the label.");
        var rows = int.Parse(shape[0], CultureInfo.InvariantCulture);
        var width = int.Parse(shape[1], CultureInfo.InvariantCulture);
        var values = new float[rows * (width - 1)];
        var labels = new byte[rows];
        for (var i = 0; i < rows; i++)
        {
            for (var c = 0; c < width; c++)
            {
                var value = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(10 + headerLength + (4 * ((i * width) + c))));
                if (c == width - 1)
                    labels[i] = (byte)value;
                else
                    values[(i * (width - 1)) + c] = value;
            }
        }

        return new LabelledMatrix(new FeatureMatrix(Names(width - 1), values), labels);
    }

    internal LabelledMatrix Slice(int begin, int end)
    {
        var columns = Features.ColumnCount;
        return new LabelledMatrix(
            new FeatureMatrix(Features.Columns, Features.Values[(begin * columns)..(end * columns)].ToArray()), Labels[begin..end]);
    }

    private static string[] Names(int columns) => [.. Enumerable.Range(0, columns).Select(c => $"f{c}")];
}
